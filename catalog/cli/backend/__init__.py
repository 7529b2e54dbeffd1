"""Where a command works: on the servers here, or on another Catalog over its API."""
