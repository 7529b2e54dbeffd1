"""The forms of pages: people, imports, products."""
