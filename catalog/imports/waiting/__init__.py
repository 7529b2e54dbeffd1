"""Imports that wait for a worker: whose turn it is, place and expected start, priority, and how many may wait."""
