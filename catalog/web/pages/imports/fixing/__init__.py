"""Rejected rows on the page of an import: shown, taken out as a file, fixed one by one, in a grid, or all alike."""
