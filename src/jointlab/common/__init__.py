"""What two rooms at least use: names, errors, components, jobs, mail. No concrete models."""
