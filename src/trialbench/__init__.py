"""The bench: recordings → signals → artefact → criteria → verdict → evidence."""
