"""What several tests need: programs of the API, suppliers, a running Catalog, workbooks, memory."""
