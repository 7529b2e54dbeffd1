"""The names of clean-up steps, and the definition of white space."""

STEPS = {"trim": 0, "collapse": 0, "upper": 0, "lower": 0, "replace": 2, "default": 1}
"""Step -> how many texts it takes: `replace` the old and the new one, `default` the one for a blank cell."""
# Unicode's White_Space. The database has the same definition: a test compares them.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)
SPACE = r"[\s\x0b\x{85}\p{Z}]"  # the same for RE2

Steps = tuple[tuple[str, ...], ...]
