"""The platform that runs a joint laboratory of a university and an enterprise."""
