"""A file made ready to be read: its members, its text, its header and its columns."""
