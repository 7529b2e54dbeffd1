"""Which column of a file is which field of a product, and how its cells are changed."""
