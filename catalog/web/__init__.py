"""All that has heard of a request: pages, the API, and the HTTP that both stand on."""
