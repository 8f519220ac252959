"""Mutants of the code that decides: does a test fail where it is changed in one place."""
