"""What a worker does with an import."""
