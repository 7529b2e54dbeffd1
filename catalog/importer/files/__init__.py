"""From bytes to text: what kind of file it is, its encoding, its separator."""
