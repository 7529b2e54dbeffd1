"""The report of an import: its log, counts, and outcome in words."""
