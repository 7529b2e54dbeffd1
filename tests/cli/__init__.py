"""Tests of catalog/cli."""
