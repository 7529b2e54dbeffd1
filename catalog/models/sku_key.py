"""When two SKUs are the same: only the SQL function `sku_key` decides. And what a clean SKU is."""

SKU_KEY = 'sku_key({}) COLLATE "C"'
"""The key of a SKU: SKUs with the same key are the same. A migration creates the function.

Queries must repeat the collation, or the index is not used.
"""

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""The characters with Unicode's property White_Space: what is trimmed from both ends of a SKU and a name."""

SKU_CLEAN = (
    f"sku <> '' AND sku = btrim(sku, '{WHITE_SPACE}') AND (octet_length(sku) = length(sku) OR sku IS NFC NORMALIZED)"
)
"""The constraint that a stored SKU is clean. ASCII text is always NFC, and a test for ASCII is cheaper than for NFC."""
