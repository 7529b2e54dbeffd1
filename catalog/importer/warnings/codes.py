"""Find codes that a spreadsheet changed, and invalid barcodes, in columns of codes."""

import re

import numpy as np
import pyarrow as pa
from pyarrow import compute

from catalog.importer.columns import aliases
from catalog.importer.columns.result import Columns
from catalog.importer.values.texts import Mask, Texts

BARCODES = frozenset({"ean", "gtin", "upc", "isbn", "jan", "itf"})
"""Words in the name of a column of barcodes, which have a certain length and a check digit."""
ANY_BARCODE = frozenset({"barcode", "barcodes", "strichcode", "streepjescode"})
CODES = frozenset(
    {
        "sku",
        "mpn",
        "asin",
        "code",
        "codes",
        "nr",
        "no",
        "num",
        "number",
        "nummer",
        "numero",
        "número",
        "id",
        "ref",
        "reference",
        "référence",
        "referencia",
        "referência",
        "codice",
        "código",
        "codigo",
        "kod",
        "kód",
        "artikelnummer",
        "artnr",
        "bestellnummer",
        "herstellernummer",
        "teilenummer",
        "modelnumber",
        "partnumber",
        "productcode",
        "itemcode",
        "артикул",
        "код",
        "штрихкод",
        "pzn",
    }
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
ONE_WORD = re.compile(r"(?:ean|gtin|upc|isbn|jan)(?:code|nummer|number|nr|no)s?")
NO_CODE = frozenset({"currency", "color", "colour", "country", "unit", "postal", "zip", "discount", "farbcode"})

SCIENTIFIC = r"^\s*[0-9](?:[.,][0-9]+[Ee][+-]?[0-9]{1,3}|[Ee]\+[0-9]{1,3}|[Ee]-[0-9]{2,3})\s*$"
ROUNDED = r"^[1-9][0-9]{14}0{1,4}$"  # a spreadsheet keeps fifteen digits
DECIMAL = r"^\s*[0-9]{3,}[.,]0\s*$"
MONTH = (
    "(?i:jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août|déc"
    "|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|maj|avg)\\.?"
)
DATE = (
    rf"^\s*(?:[0-9]{{1,2}}[-. /] ?{MONTH}(?:[-. /][0-9]{{2,4}})?|{MONTH}[- /][0-9]{{2,4}}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00(?::00)?)?|[0-9]{1,2}[./][0-9]{1,2}[./](?:19|20)[0-9]{2})\s*$"
)
MONTHS_BEGIN = np.isin(np.arange(256) | 0x20, [*b"jfmasondeg"])
LOOKS_LIKE_CODE = r"^\s*(?:[0-9]{8,14}|[0-9](?:[.,][0-9]+)?[Ee]\+(?:0[7-9]|1[0-3]))\s*$"
MOSTLY = 0.5  # of the cells with a text

OLDER = re.compile("[0-9]{9}[0-9Xx]|[01][0-9]{7}")

WIDTH = 14  # of the longest barcode
LOOSE = 12  # digits: shorter numbers may be any code
LENGTHS = (8, 12, 13, 14)
WEIGHTS = np.tile(np.array([3, 1], np.int64), WIDTH // 2)
NO_BARCODE = pa.array(
    ["", "0", "-", "–", "—", "n/a", "N/A", "none", "None", "null", "NULL", "Does not apply", "does not apply"],
    pa.large_string(),
)


def columns_of(columns: Columns) -> tuple[set[int], dict[int, bool]]:
    """The columns of codes by their names, and those of barcodes; True: all cells must be barcodes."""
    words = {at: _words(name) for at, name in enumerate(columns.names)}
    strict = {at for at, name in enumerate(columns.names) if _is_barcode(name, words[at])}
    loose = {at for at, found in words.items() if found & ANY_BARCODE}
    named = {at for at, found in words.items() if found & CODES and not found & NO_CODE}
    barcodes = {at: at in strict for at in strict | loose}
    return named | barcodes.keys() | set(columns.parts_of("sku")), barcodes


def look_like_codes(texts: Texts) -> bool:
    """Whether most cells of a column are long numbers, or were before a spreadsheet changed them."""
    if not len(texts) or not texts.is_ascii or texts.lengths.max() > WIDTH + 6:
        return False
    filled = int(np.count_nonzero(texts.lengths))
    return filled > 0 and texts.matching(LOOKS_LIKE_CODE).sum() >= MOSTLY * filled


def scientific(texts: Texts) -> Mask:
    """4E+12, 1.20E-03, 4,00638e+12."""
    likely = _from_digits(texts, 4)
    if likely.any():
        likely &= texts.holding("E", "e")
    return texts.matching(SCIENTIFIC, likely)


def dates(texts: Texts) -> Mask:
    """2-Mar, Mar-02, 2024-03-02: what a spreadsheet makes of 3-2 and MAR2."""
    likely = _from_digits(texts, 4) & (texts.lengths <= 19)
    likely |= MONTHS_BEGIN[texts.first] & (texts.lengths <= 10)
    if likely.any():
        likely &= texts.holding("-", ".", "/", " ")
    return texts.matching(DATE, likely)


def rounded(texts: Texts) -> Mask:
    """4006381333931230000 in a workbook: the digits behind the fifteenth are gone."""
    return texts.matching(ROUNDED, (texts.lengths > 15) & (texts.lengths < 20))


def decimals(texts: Texts) -> Mask:
    """4006381333931.0: a code that a program treated as a number."""
    long = texts.lengths >= 5
    ends = texts.ends[1:][long]
    point = np.isin(texts.bytes[ends - 2], [*b".,"]) & (texts.bytes[ends - 1] == ord("0"))
    likely = long.copy()
    likely[long] = point
    return texts.matching(DECIMAL, likely)


def invalid(texts: Texts, strict: bool) -> Mask:
    """Barcodes with a wrong length or check digit. If other codes are allowed too, only long numbers are checked."""
    bare = texts.values
    if not texts.is_plain or texts.holding(" ", "-").any():
        bare = compute.replace_substring_regex(bare, r"[\s\p{Z}-]", "")
    long = _mask(compute.match_substring_regex(bare, "^[0-9]{8,14}$"))
    right = np.zeros(len(texts), bool)
    right[long] = _is_gtin(bare.filter(pa.array(long)))
    doubted = ~right if strict else long & ~right & (texts.lengths >= LOOSE)
    at = np.flatnonzero(doubted)
    right[at] = [code is not None and _is_older(code) for code in bare.take(at).to_pylist()]
    doubted &= ~right
    none = texts.among(NO_BARCODE, doubted) | texts.matching(SCIENTIFIC, doubted)
    return np.asarray(doubted & ~none, bool)


def _words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}


def _is_barcode(name: str, words: set[str]) -> bool:
    return bool(words & BARCODES) or ONE_WORD.fullmatch(aliases.key(name)) is not None


def _from_digits(texts: Texts, shortest: int) -> Mask:
    """Cells that begin with a digit or a space, which are few in columns of other codes."""
    first = texts.first
    digit = (first >= ord("0")) & (first <= ord("9")) | (first == ord(" "))
    return np.asarray(digit & (texts.lengths >= shortest), bool)


def _is_gtin(numbers: pa.LargeStringArray) -> Mask:
    """Which numbers have the length of a barcode and a right check digit."""
    if not len(numbers):
        return np.zeros(0, bool)
    known = np.isin(compute.binary_length(numbers).to_numpy(), LENGTHS)
    padded = compute.ascii_lpad(numbers, WIDTH, "0")
    digits = Texts(padded).bytes.reshape(-1, WIDTH) - ord("0")
    return np.asarray(known & ((digits * WEIGHTS).sum(axis=1) % 10 == 0), bool)


def _is_older(code: str) -> bool:
    """An ISBN of ten, or a short UPC, whose check digit is that of the long one."""
    if not OLDER.fullmatch(code):
        return False
    if len(code) == 10:
        digits = [10 if c in "Xx" else int(c) for c in code]
        return sum(digit * (10 - at) for at, digit in enumerate(digits)) % 11 == 0
    long = [*map(int, _as_upc_a(code))]
    return (3 * sum(long[::2]) + sum(long[1::2])) % 10 == 0


def _as_upc_a(code: str) -> str:
    """A UPC-E of eight digits as the twelve that it stands for."""
    system, body, check = code[0], code[1:7], code[7]
    if body[5] in "012":
        return f"{system}{body[:2]}{body[5]}0000{body[2:5]}{check}"
    if body[5] in "34":
        size = int(body[5])
        return f"{system}{body[:size]}00000{body[size:5]}{check}"
    return f"{system}{body[:5]}0000{body[5]}{check}"


def _mask(found: pa.BooleanArray) -> Mask:
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
