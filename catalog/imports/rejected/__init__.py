"""Rejected rows: kept with their reasons, corrected, run again."""
