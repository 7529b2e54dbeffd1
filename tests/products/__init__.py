"""Tests of catalog/products."""
