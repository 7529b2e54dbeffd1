"""Changes over the API."""
