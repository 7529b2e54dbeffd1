"""Where a command works: on the servers here, or on a Catalog elsewhere over its API."""
