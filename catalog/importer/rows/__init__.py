"""From text to rows: blocks parsed by Arrow; from the first badly quoted row on, record by record with csv."""
