"""Detect the encoding of a text: by its byte order mark, by patterns, or by its words."""
