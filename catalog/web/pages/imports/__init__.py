"""Pages of imports: from the first look to the result, its rejected rows, its sources."""
