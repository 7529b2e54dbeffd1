"""What is said about an import: its log, its counts, its outcome in words."""
