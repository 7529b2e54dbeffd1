"""Imports that wait for a worker: whose turn it is, their place and expected start, their priority, and how many may wait."""
