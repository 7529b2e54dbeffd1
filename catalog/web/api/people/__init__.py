"""Tokens and users over the API."""
