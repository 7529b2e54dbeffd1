"""Tests of catalog/runtime."""
