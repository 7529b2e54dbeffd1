"""Which column of a file is which field of a product, and what becomes of its cells."""
