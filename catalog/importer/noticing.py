"""What looks wrong in rows that can be taken: noticed while they are read, shown with counts and examples, never a reason to refuse.

Cells are looked at in the whole file, by means that cost little; SKUs that are alike in its first rows, and what only
the catalog can tell in SQL, once the plan is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier
from pyarrow import compute

from catalog.importer import aliases
from catalog.importer.columns import Columns
from catalog.importer.doubts import Doubt
from catalog.importer.errors import VALUE_LENGTH
from catalog.importer.parts import placed
from catalog.importer.planning import Planned
from catalog.importer.reader import LINE

WARNINGS = {
    "scientific": "Numbers in scientific notation: a spreadsheet has rounded long codes, and the digits are gone.",
    "lost_zeros": "New SKUs that differ from known ones by leading zeros only: a spreadsheet may have taken them away.",
    "formula": "Cells that are formulas: they are kept as the text that stands there, nothing is calculated.",
    "decoded_twice": "Text that was read in a wrong encoding before it was saved, such as Ã© for é.",
    "alike_skus": "SKUs that differ only in case, spaces or the form of their letters.",
    "repeated_skus": "The same SKU in several rows: the last one wins.",
    "cell_error": "Cells that hold an error of a spreadsheet, such as #N/A, or a formula without its result: the row is rejected, or what the catalog has is kept.",
    "surplus_cells": "Rows that end in empty cells beyond the header, as nearly all rows of the file do: the empty cells are left out.",
    "padded_quotes": "Rows with spaces around the quotes of a cell: the spaces and the quotes are left out.",
    "rows_in_cells": "Text inside of quoted cells that looks like rows of the file: a quote that opens a cell by mistake may have swallowed them.",
    "literal_quotes": "Rows with quotes in a file that does not quote its cells: each quote is kept as a character of the text.",
}
"""Code -> what it means, and what comes of it. The codes are stored and documented: they only ever grow."""

EXAMPLES = 3
MOST_SKUS = 5_000  # of the first rows, that are compared with each other
MOST_HASHED = 1_000_000  # SKUs whose hashes are kept, in 8 MB: a sort of them is ten times as fast as SQL's count
LONG_BYTES = 64  # a cell on average: columns of longer ones are half the file, and looked at in its first chunk
SCIENTIFIC = r"^\s*[0-9][.,][0-9]+[Ee]\+[0-9]{1,2}\s*$"
BARCODES = frozenset(map(aliases.key, ["GTIN", "EAN", "EAN13", "UPC", "Barcode", "ISBN", "ISBN13", "ISBN10", "JAN"]))  # fmt: skip
# The two bytes of a letter in UTF-8, each shown as the letter that it is in Windows-1252.
TRAIL = "\\x{80}-\\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
DECODED_TWICE = f"[ÂÃÐÑ][{TRAIL}]|â[€‚][{TRAIL}]"
FIRST = np.frombuffer(b"\x82\x83\x90\x91\xa2", np.uint8)  # after C3: ÂÃÐÑâ in UTF-8

# The key is not computed again: a spelling is a text, and the plan has one row for each key.
SPELLINGS = SQL("""
SELECT count(*) FROM (SELECT hashtextextended(sku, 0) AS spelling FROM {staging} GROUP BY spelling) AS spellings
""")
# Codes have up to 14 digits; whoever lost zeros lost them in the first rows too.
LOST_ZEROS = SQL("""
SELECT fresh.line, fresh.sku, product.sku
FROM (
    SELECT line, sku FROM {plan} WHERE action = 'created' AND sku ~ '^[1-9][0-9]*$' LIMIT 5000
) AS fresh
CROSS JOIN generate_series(1, 8) AS zeros
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = repeat('0', zeros) || fresh.sku COLLATE "C"
ORDER BY fresh.line
""")
LOST_IN_SLICE = """
SELECT fresh.sku, product.sku
FROM unnest(%s) AS fresh(sku)
CROSS JOIN generate_series(1, 8) AS zeros
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = repeat('0', zeros) || fresh.sku COLLATE "C"
WHERE NOT EXISTS (SELECT FROM products AS same WHERE sku_key(same.sku) COLLATE "C" = fresh.sku COLLATE "C")
"""
MOST_PROBED = 500  # of a slice


@dataclass(frozen=True)
class FileWarning:
    """One kind of doubt about a file: in how many cells or rows, and the first of them as line, column, value."""

    code: str
    count: int
    examples: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import."""
        return asdict(self)


class Noticed:
    """Collects warnings while a file is read, chunk by chunk."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(WARNINGS, 0)
        self._examples: dict[str, list[dict[str, Any]]] = {code: [] for code in WARNINGS}  # fmt: skip
        self._first = True
        self._hashes: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self._hashed = 0

    def see(
        self, cells: pd.DataFrame, accepted: pd.DataFrame, columns: Columns
    ) -> None:
        """Look at a chunk: its cells as they stand in the file, and the rows that were accepted."""
        codes = _barcodes(columns)
        for position, name in enumerate(columns.names):
            values = pa.array(cells[str(position)], type=pa.large_string())
            self._see(
                "formula", compute.starts_with(values, "="), cells, position, name
            )
            short = values.nbytes < LONG_BYTES * len(values)
            if (short or self._first) and _may_be_decoded_twice(values):
                twice = compute.match_substring_regex(values, DECODED_TWICE)
                self._see("decoded_twice", twice, cells, position, name)
            if position in codes and _holds(values, "+"):
                spoilt = compute.match_substring_regex(values, SCIENTIFIC)
                self._see("scientific", spoilt, cells, position, name)
        self._hash(accepted["sku"])
        if self._first and len(accepted):
            self._first = False
            self._compare(accepted.iloc[:MOST_SKUS], columns)

    def hear(self, doubts: Iterable[Doubt]) -> None:
        """Add what the reader says about rows that it took."""
        for one in doubts:
            self.add(one.code, one.line, one.column, one.value)
            self._counts[one.code] += one.count - 1

    def count(self, code: str) -> int:
        """How many there were so far."""
        return self._counts[code]

    def spellings(self) -> int | None:
        """How many different texts the accepted SKUs were; None: there are too many rows to say."""
        if self._hashed > MOST_HASHED:
            return None
        hashes = np.concatenate(self._hashes) if self._hashes else np.array([], np.int64)  # fmt: skip
        hashes.sort()
        return int(np.count_nonzero(np.diff(hashes))) + bool(len(hashes))

    def counted(self, code: str, count: int) -> None:
        """The count over the whole file; what was seen so far are its examples."""
        self._counts[code] = count
        self._examples[code] = self._examples[code][:count]

    def at_least(self, code: str, count: int) -> None:
        """A count over the whole file of some of its kind; others may have been seen."""
        self._counts[code] = max(count, self._counts[code])

    def add(self, code: str, line: int | None, column: str, value: str) -> None:
        """One more."""
        self._counts[code] += 1
        if len(self._examples[code]) < EXAMPLES:
            shown = value.encode("utf-8", "backslashreplace").decode()[:VALUE_LENGTH]
            self._examples[code].append({"line": line, "column": column, "value": shown})  # fmt: skip

    def warnings(self, parts: Sequence[Any] = ()) -> list[FileWarning]:
        """What was noticed so far, in the order of WARNINGS; `parts` are those of a joined import: see `parts`."""
        return [
            FileWarning(
                code, count, [_placed(one, parts) for one in self._examples[code]]
            )
            for code, count in self._counts.items()
            if count
        ]

    def _see(self, code: str, found: pa.Array, cells: pd.DataFrame, position: int, name: str) -> None:  # fmt: skip
        if not found.true_count:
            return
        at = np.flatnonzero(found.to_numpy(zero_copy_only=False))
        for index in at[:EXAMPLES]:
            row = cells.iloc[index]
            self.add(code, int(row[LINE]), name, row[str(position)])
        self._counts[code] += max(len(at) - EXAMPLES, 0)

    def _hash(self, skus: pd.Series) -> None:
        self._hashed += len(skus)
        if self._hashed > MOST_HASHED:
            self._hashes.clear()
            return
        texts = pa.array(skus, type=pa.large_string()).to_pylist()
        self._hashes.append(np.fromiter(map(hash, texts), np.int64, len(texts)))

    def _compare(self, rows: pd.DataFrame, columns: Columns) -> None:
        """SKUs with each other: the same again, and those that look the same."""
        column = columns.name_of("sku")
        skus, lines = rows["sku"], rows[LINE]
        same = skus.str.lower()
        repeated = np.flatnonzero(same.duplicated().to_numpy())
        for index in repeated[:EXAMPLES]:
            self.add("repeated_skus", int(lines.iloc[index]), column, skus.iloc[index])
        self._counts["repeated_skus"] += len(repeated[EXAMPLES:])
        spellings = pd.DataFrame({"sku": skus, LINE: lines}).drop_duplicates("sku")
        bare = spellings["sku"].str.normalize("NFKC").str.replace(r"\s+", "", regex=True)  # fmt: skip
        spellings = spellings.assign(bare=bare.str.lower())
        first = spellings.groupby("bare", sort=False)["sku"].transform("first")
        alike = np.flatnonzero(spellings["bare"].duplicated().to_numpy())
        for index in alike[:EXAMPLES]:
            pair = f"{first.iloc[index]} / {spellings['sku'].iloc[index]}"
            self.add("alike_skus", int(spellings[LINE].iloc[index]), column, pair)
        self._counts["alike_skus"] += len(alike[EXAMPLES:])


def _placed(example: dict[str, Any], parts: Sequence[Any]) -> dict[str, Any]:
    """An example with its line as that of a member, where several are joined."""
    if not parts or example["line"] is None:
        return example
    member, line = placed(parts, example["line"])
    return example | {"line": line, "member": member}


def of_plan(connection: Connection, scratch: str, noticed: Noticed, columns: Columns, planned: Planned) -> None:  # fmt: skip
    """What only the whole file and the catalog can tell, from the plan and the staging table."""
    tables = {
        "plan": Identifier(f"{scratch}_plan"),
        "staging": Identifier(f"{scratch}_staging"),
    }
    noticed.counted("repeated_skus", planned.duplicates)
    with connection.cursor() as cursor:
        if planned.duplicates:
            spellings = noticed.spellings()
            if spellings is None:
                cursor.execute(SPELLINGS.format(**tables))
                ((spellings,),) = cursor.fetchall()
            noticed.at_least("alike_skus", spellings - planned.skus)
        if planned.created:
            cursor.execute(LOST_ZEROS.format(**tables))
            for line, sku, known in cursor.fetchall():
                noticed.add("lost_zeros", line, columns.name_of("sku"), f"{sku} / {known}")  # fmt: skip


def of_slice(connection: Connection, noticed: Noticed, rows: pd.DataFrame, columns: Columns) -> None:  # fmt: skip
    """New SKUs of a first look that the catalog knows with leading zeros."""
    bare = rows[rows["sku"].str.fullmatch("[1-9][0-9]*")].head(MOST_PROBED)
    if not len(bare):
        return
    line_of = dict(zip(bare["sku"], bare[LINE], strict=True))
    with connection.cursor() as cursor:
        cursor.execute(LOST_IN_SLICE, (list(line_of),))
        for sku, known in cursor.fetchall():
            noticed.add("lost_zeros", int(line_of[sku]), columns.name_of("sku"), f"{sku} / {known}")  # fmt: skip


def _barcodes(columns: Columns) -> set[int]:
    """The columns in which long codes stand."""
    named = {i for i, name in enumerate(columns.names) if aliases.key(name) in BARCODES}
    return named | set(columns.parts_of("sku"))


def _may_be_decoded_twice(values: pa.LargeStringArray) -> bool:
    """Whether some Â, Ã, Ð, Ñ or â stands before what is no ASCII: a look at the bytes, before the costly one at the text."""
    _, offsets, data = values.buffers()
    if data is None:
        return False
    ends = np.frombuffer(offsets, np.int64)[values.offset :][: len(values) + 1]
    text = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    at = np.flatnonzero(text[:-2] == 0xC3)
    followed = np.isin(text[at + 1], FIRST) & (text[at + 2] >= 0x80)
    return bool(followed.any())


def _holds(values: pa.Array, text: str) -> bool:
    return bool(compute.any(compute.match_substring(values, text)).as_py())
