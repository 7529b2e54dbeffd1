"""Products over the API."""
