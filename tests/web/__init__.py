"""Tests of catalog/web."""
