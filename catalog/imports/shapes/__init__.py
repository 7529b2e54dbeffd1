"""Imports, sources and profiles as JSON: what the API answers, and `catalog --json` on this machine."""
