"""Signatures in PDFs: the instance's authority, PAdES signatures, and what is accepted.

Nothing here knows Django, the database, a request or a setting: everything comes as an argument.
"""
