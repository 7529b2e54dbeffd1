"""JSON files: how they become a table."""
