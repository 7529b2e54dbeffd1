"""Pages of products: the list, one product, many at once, exports."""
