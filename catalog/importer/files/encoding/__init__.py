"""How a text is encoded: by its mark, its patterns, or the words that come out."""
