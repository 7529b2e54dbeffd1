"""All code that may use Flask's `request`: pages, the API, and the HTTP that both use."""
