"""Unit tests of the modules of this room, by their names."""
