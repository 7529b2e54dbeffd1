"""What the first rows of a file say about its columns, whatever these are called."""
