"""What people do with their certificates, and what is done to a document that is signed."""
