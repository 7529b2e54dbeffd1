"""The work of a worker on an import: `whole_file` and `corrected_rows` are runs; read, plan, ask, apply and end are their steps."""
