"""Commands on the Catalog of this machine, by its services."""
