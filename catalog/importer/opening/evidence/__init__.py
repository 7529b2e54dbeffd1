"""What the values of the first rows say about the columns of a file."""
