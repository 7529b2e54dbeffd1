"""Undo: what it would do, and doing it."""
