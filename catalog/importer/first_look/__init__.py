"""A first look at a file: what is understood of it, and its first rows as they would be stored."""
