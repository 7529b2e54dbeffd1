"""Tests of catalog/errors."""
