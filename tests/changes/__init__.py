"""Tests of catalog/changes."""
