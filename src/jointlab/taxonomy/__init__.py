"""Fields of work and skills, in three languages."""
