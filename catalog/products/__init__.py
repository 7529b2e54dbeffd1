"""Products: one is edited, many are changed, they are found and taken out as files."""
