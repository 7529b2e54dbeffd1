"""Ways to bring one file into a table, compared by time, memory, and above all by what they make of the file."""
