"""Commands on another Catalog, by its API: the one that CATALOG_URL and CATALOG_TOKEN name."""
