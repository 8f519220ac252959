"""Django's PostgreSQL backend, whose emptying of tables is done by their owner.

The application's role, as which every test runs, may not truncate anything.
"""
