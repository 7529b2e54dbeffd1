"""Match columns of a file to fields of a product, and change their cells."""
