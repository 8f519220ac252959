"""Agreements: drafted, approved, signed, in force; they open and close everything else."""
