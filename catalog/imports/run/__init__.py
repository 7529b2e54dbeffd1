"""A worker's work on an import: `whole_file`, `corrected_rows` are runs; their steps: read, plan, ask, apply, end."""
