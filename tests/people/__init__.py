"""Tests of catalog/people."""
