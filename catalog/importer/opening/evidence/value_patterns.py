"""Recognise the values of a column, without its name."""

import pandas as pd

from catalog.importer.values.yes_no import NO, YES

NEARLY_ALL, SOME, MANY = 0.9, 0.3, 0.5  # shares of the filled cells
FEW = 3  # with fewer cells, nothing is decided
LONG_NUMBER = 4  # digits
SHORT, LONG = 3, 150  # average length of a name in characters
ADDRESS = r"(?i)\s*(?:https?://|www\.|\S+@\S+\.\S+|\S+\.(?:jpe?g|png|gif|webp)\b).*"
MARKUP = r"(?s).*<\w+[^>]*>.*"
CODE = r"(?=.*\d)[^\s,;]{1,40}"
SLUG = r"[^\W_]+(?:[-_][^\W_]+)+"
DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.](?:(?:19|20)\d{2}|\d{2})(?:\D.*)?"
DECIMAL = r"[-+]?\d*[.,]\d{1,6}"
BARCODE = r"\d{8}|\d{12,14}"
ROUNDED = r"\d[.,]\d+[Ee]\+\d{2}"
AMOUNT = r"[1-9]?\d{0,2}(?:[.,' ]?\d{3})*[.,]\d{2}"
GROUPED = r"\d{1,3}(?:[ '\x{A0}\x{202F}\x{2009}\x{2019}]\d{3})+(?:[.,]\d{1,2})?"
MARKS = (
    "[\u0900-\u109f\u1780-\u17ff]"  # vowels and signs of the scripts of India and Southeast Asia, beside their letters
)
LETTERS = rf"[^\W\d_](?:[^\W\d_]|{MARKS}+)"
WORDS = r"(?s).*[^\W\d_]{2,}[\s,./-]+\w.*|.*[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af].*"


def like_names(texts: pd.Series) -> bool:
    """Whether a column likely has names: labels of which some have several words."""
    filled = texts[texts != ""]
    return like_labels(texts) and bool(filled.str.fullmatch(WORDS).sum() >= SOME * len(filled))


def like_labels(texts: pd.Series) -> bool:
    """Whether a column may have names: short texts with letters, in nearly every row, mostly different."""
    filled = texts[texts != ""]
    if len(filled) < NEARLY_ALL * len(texts) or not len(filled):
        return False
    if filled.nunique() < MANY * len(filled) or not SHORT <= filled.str.len().mean() <= LONG:
        return False
    if filled.str.fullmatch(ADDRESS).any() or filled.str.fullmatch(MARKUP).any():
        return False
    letters = filled.str.contains(LETTERS, regex=True).sum()
    return bool(letters >= NEARLY_ALL * len(filled))


def like_amounts(texts: pd.Series) -> bool:
    """Whether a column likely has amounts of money: two decimals, in most rows."""
    filled = texts[texts != ""]
    if len(filled) < MANY * len(texts) or not len(filled):
        return False
    return bool(filled.str.fullmatch(AMOUNT).sum() >= NEARLY_ALL * len(filled) and filled.nunique() > 1)


def like_grouped_amounts(texts: pd.Series) -> bool:
    """Whether a column has numbers with thousands set apart, as people write money and hardly anything else: 12 500."""
    filled = texts[texts != ""]
    if len(filled) < MANY * len(texts) or not len(filled):
        return False
    grouped = filled.str.fullmatch(GROUPED)
    return bool((grouped | filled.str.fullmatch(r"\d{1,3}")).all() and grouped.sum() >= MANY * len(filled))


def like_codes(texts: pd.Series) -> bool:
    """Whether a column has codes: single short words, mostly with a digit, but no amounts, dates or URLs."""
    filled = texts[texts != ""]
    if not len(filled):
        return False
    codes = filled.str.fullmatch(CODE).sum() >= NEARLY_ALL * len(filled)
    other = filled.str.fullmatch(ADDRESS) | filled.str.fullmatch(DATE) | filled.str.fullmatch(DECIMAL)
    return bool(codes and other.sum() < MANY * len(filled))


def like_keys(texts: pd.Series) -> bool:
    """Whether a column of codes may be a key; whole numbers only if they are consecutive or equally long."""
    filled = texts[texts != ""]
    if not like_codes(texts):
        return False
    if not filled.str.fullmatch(r"\d{1,15}").all():
        return True
    whole = filled.astype("int64")
    return bool(
        whole.is_monotonic_increasing
        or (filled.str.len() == filled.str.len().iloc[0]).all()
        and filled.str.len().iloc[0] >= LONG_NUMBER
    )


def like_identifiers(texts: pd.Series) -> bool:
    """Whether a column has codes or slugs, such as red-shirt-xl, but no amounts and no numbers of rows."""
    filled = texts[texts != ""]
    if like_row_numbers(texts) or like_amounts(texts):
        return False
    slugs = bool(len(filled) and filled.str.fullmatch(SLUG).all())
    return slugs or like_keys(texts)


def like_row_numbers(texts: pd.Series) -> bool:
    """Whether a column only numbers the rows: 1, 2, 3."""
    filled = texts[texts != ""]
    if not len(filled) or not filled.str.fullmatch(r"\d{1,9}").all():
        return False
    return bool((filled.astype("int64").diff().iloc[1:] == 1).all() and filled.str.len().iloc[0] < LONG_NUMBER)


def like_barcodes(texts: pd.Series) -> bool:
    """Whether nearly all cells are EAN, UPC or GTIN."""
    filled = texts[texts != ""]
    return bool(len(filled) and filled.str.fullmatch(BARCODE).sum() >= NEARLY_ALL * len(filled))


def rounded_codes(texts: pd.Series) -> str:
    """An example of a column's codes that a spreadsheet rounded, 4.00638E+12, if they are many; empty: they are not."""
    filled = texts[texts != ""]
    rounded = filled[filled.str.fullmatch(ROUNDED)]
    return str(rounded.iloc[0]) if len(rounded) >= max(FEW, MANY * len(filled)) else ""


def like_flags(texts: pd.Series) -> bool:
    """Whether a column has yes and no, or the same value in every row."""
    filled = texts[texts != ""].str.lower()
    return bool(filled.nunique() < 2 or filled.isin((*YES, *NO)).all())
