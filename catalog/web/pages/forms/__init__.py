"""Forms of the pages, with their words: people, imports, products."""
