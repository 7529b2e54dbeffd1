"""Tests of catalog/imports/sources."""
