"""Every change of the newsroom, by noun: stories, pictures."""
