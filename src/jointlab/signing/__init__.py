"""Signing: people's certificates, documents printed, sealed and signed, and what files are worth.

Whatever is to be signed comes from another room, as a PDF with places to sign. Nothing here knows
what it says.
"""
