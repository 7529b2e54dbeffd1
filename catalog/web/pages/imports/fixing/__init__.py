"""Rejected rows on the page of an import: show them, download them, and fix one, several in a grid, or all together."""
