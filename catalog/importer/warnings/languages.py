"""Files with a row for each language or view of a shop: the same SKU again, told apart by a column that names it."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.columns import aliases
from catalog.importer.columns.result import Columns

NAMES = frozenset(
    map(
        aliases.key,
        (
            "lang",
            "langs",
            "language",
            "languages",
            "language code",
            "lang code",
            "locale",
            "locales",
            "store view",
            "store view code",
            "store views",
            "store",
            "store code",
            "store id",
            "website language",
            "translation",
            "Sprache",
            "Sprachcode",
            "Sprach-ID",
            "Sprachkürzel",
            "language id",
            "id_lang",
            "langue",
            "code langue",
            "idioma",
            "lengua",
            "lingua",
            "codice lingua",
            "taal",
            "taalcode",
            "språk",
            "sprog",
            "kieli",
            "język",
            "jazyk",
            "nyelv",
            "limba",
            "jezik",
            "язык",
            "мова",
            "γλώσσα",
            "dil",
            "言語",
            "语言",
            "語言",
            "언어",
            "שפה",
            "اللغة",
            "ngôn ngữ",
            "ภาษา",
            "bahasa",
            "ietf",
            "iso language",
            "culture",
            "wpml language",
            "view",
            "channel",
            "scope",
            "country",
            "market",
            "region",
            "site",
            "shop",
            "Land",
            "marketplace",
        ),
    )
)
"""What such a column is called."""

WEBSITES = frozenset(
    map(
        aliases.key,
        (
            "website",
            "websites",
            "website code",
            "website id",
            "product websites",
            "_product_websites",
            "product website",
        ),
    )
)
"""The same where its cells are codes, as Magento's are (base, de_shop): a column of addresses is another thing."""
WEBSITE = re.compile(r"[a-z][a-z0-9_]{0,31}", re.IGNORECASE)

CODES = frozenset(
    [
        "ar",
        "bg",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "ga",
        "gl",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "ka",
        "kk",
        "ko",
        "lt",
        "lv",
        "mk",
        "ms",
        "mt",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "th",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
    ]
)
LOCALE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?", re.IGNORECASE)
WORDS = frozenset(
    [
        "english",
        "german",
        "french",
        "italian",
        "spanish",
        "dutch",
        "polish",
        "portuguese",
        "czech",
        "danish",
        "swedish",
        "deutsch",
        "englisch",
        "französisch",
        "italienisch",
        "spanisch",
        "niederländisch",
        "polnisch",
        "français",
        "anglais",
        "allemand",
        "español",
        "inglés",
        "italiano",
        "inglese",
    ]
)
SEEN = 1_000  # rows by which a column is judged


Hashes = np.ndarray[tuple[int], np.dtype[np.int64]]


def column_of(columns: Columns, cells: pd.DataFrame) -> int | None:
    """The column that distinguishes languages or views: by its name, or because it has only codes of languages."""
    taken = set(columns.fields.values())
    free = [at for at in range(len(columns.names)) if at not in taken]
    values = {at: _values_of(cells[str(at)]) for at in free}
    keys = {at: aliases.key(columns.names[at]) for at in free}
    named = [at for at in free if keys[at] in NAMES or keys[at] in WEBSITES and _are_websites(values[at])]
    named.sort(key=lambda at: len(values[at]) < 2)
    spoken = [at for at in free if {*values[at]} - {""} and all(map(_is_language, values[at]))]
    return next(iter([*named, *spoken]), None)


def lost(skus: Hashes, views: Hashes) -> int:
    """Number of views of SKUs that would be lost, because only one view of each is kept."""
    order = np.lexsort((views, skus))
    skus, views = skus[order], views[order]
    other = np.diff(skus) != 0
    return int(np.count_nonzero(~other & (np.diff(views) != 0)))


def _values_of(cells: pd.Series) -> list[str]:
    """The different texts of the first cells."""
    texts = pa.array(cells, type=pa.large_string())[:SEEN]
    return [text or "" for text in compute.utf8_trim_whitespace(texts).unique().to_pylist()]


def _are_websites(values: list[str]) -> bool:
    """Whether a column has only codes of websites."""
    filled = [text for text in values if text]
    return bool(filled) and all(map(WEBSITE.fullmatch, filled))


def _is_language(text: str) -> bool:
    """Whether a cell names a language, or none."""
    found = LOCALE.fullmatch(text)
    code = found is not None and found[1].lower() in CODES
    return not text or code or text.lower() in WORDS
