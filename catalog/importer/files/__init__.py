"""From bytes to text: the kind of a file, its encoding, its separator."""
