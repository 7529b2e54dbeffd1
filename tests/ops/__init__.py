"""Tests of catalog/ops."""
