"""Rejected rows: stored with their reasons, corrected, imported again."""
