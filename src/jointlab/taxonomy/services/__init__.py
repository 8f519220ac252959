"""Every change to fields and skills: imports of lists, and names that the operator mends."""
