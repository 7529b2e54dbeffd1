"""Rejected rows on the page of an import: shown, downloaded, fixed one by one, in a grid, or all alike."""
