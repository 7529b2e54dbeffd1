"""Imports, sources and templates as JSON: what the API answers, and `catalog --json` on this machine."""
