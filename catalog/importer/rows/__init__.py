"""From text to rows: read in blocks by Arrow, one by one where a row is not by the book."""
