"""The public face: news and pages, a row a language."""
