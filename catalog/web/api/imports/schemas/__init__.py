"""Requests and responses about imports, as schemas of marshmallow."""
