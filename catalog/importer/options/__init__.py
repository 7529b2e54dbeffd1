"""The choices of an import: what they are, what is allowed, how they come as JSON, and what they say about columns."""
