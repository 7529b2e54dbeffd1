"""The one log of changes: who changed what, when, and how it is read."""
