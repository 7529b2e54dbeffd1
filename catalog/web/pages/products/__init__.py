"""Pages of products: the list, one product, bulk changes, exports."""
