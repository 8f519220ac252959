"""Joint laboratories: founded under an agreement in force, unveiled by both sides."""
