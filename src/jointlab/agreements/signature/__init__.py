"""The document of an approved text, and who signs it."""
