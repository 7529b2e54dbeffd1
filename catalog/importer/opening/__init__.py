"""Open a file for reading: its members, text, header and columns."""
