"""A first look at a file: how it would be read, and its first rows as they would be stored."""
