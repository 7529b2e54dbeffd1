"""One large file in ranges of bytes that are read side by side: where they begin, and how one of them is read."""
