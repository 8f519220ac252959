"""The history of cooperation: one hash chain a partnership, which nobody can rewrite."""
