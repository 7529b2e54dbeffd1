"""What the values of a column look like, whatever it is called."""

import pandas as pd

NEARLY_ALL, SOME, MANY = 0.9, 0.3, 0.5  # shares of the cells with something in them
SHORT, LONG = 3, 150  # characters of a name, on average
ADDRESS = r"(?i)\s*(?:https?://|www\.|\S+@\S+\.\S+|\S+\.(?:jpe?g|png|gif|webp)\b).*"
MARKUP = r"(?s).*<\w+[^>]*>.*"
WORDS = r"(?s).*[^\W\d_]{2,}[\s,./-]+\w.*|.*[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af].*"


def like_names(texts: pd.Series) -> bool:
    """Whether products are likely called so: labels of which some have several words."""
    filled = texts[texts != ""]
    return like_labels(texts) and bool(filled.str.fullmatch(WORDS).sum() >= SOME * len(filled))


def like_labels(texts: pd.Series) -> bool:
    """Whether products may be called so: short texts with letters, in nearly every row, most of them different."""
    filled = texts[texts != ""]
    if len(filled) < NEARLY_ALL * len(texts) or not len(filled):
        return False
    if filled.nunique() < MANY * len(filled) or not SHORT <= filled.str.len().mean() <= LONG:
        return False
    if filled.str.fullmatch(ADDRESS).any() or filled.str.fullmatch(MARKUP).any():
        return False
    letters = filled.str.contains(r"[^\W\d_]{2,}", regex=True).sum()
    return bool(letters >= NEARLY_ALL * len(filled))
