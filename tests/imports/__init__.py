"""Tests of catalog/imports."""
