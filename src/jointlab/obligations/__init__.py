"""What is owed: by which side, who answers for it, when, and what shows that it was done."""
