"""When two SKUs are the same: only the SQL function `sku_key` decides. And what a clean SKU is."""

SKU_KEY = 'sku_key({}) COLLATE "C"'
"""Who is the same SKU. The function is made by a migration; queries must repeat the collation or the index is not used."""

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""The characters with Unicode's property White_Space: what is trimmed from both ends of a SKU and a name."""

SKU_CLEAN = (
    f"sku <> '' AND sku = btrim(sku, '{WHITE_SPACE}') AND (octet_length(sku) = length(sku) OR sku IS NFC NORMALIZED)"
)
"""Cleaning happens where a SKU comes in; this holds it to that. Plain ASCII is NFC, and the check is cheaper than asking."""
