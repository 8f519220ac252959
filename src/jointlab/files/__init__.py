"""Stored bytes, each content once, known by its SHA-256: on a disk, or in S3 by setting.

A room stores bytes with `services.storing`, keeps a foreign key to the `StoredFile` in a row of its
own beside the file's name and type, and hands the bytes out after its own check of who may read that
row. Nothing here answers a request: nobody learns from a hash whether its content exists.
"""
