"""Tests of reading a file in ranges."""
