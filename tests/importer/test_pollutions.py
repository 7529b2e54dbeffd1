"""The law for files written in any way, with nothing said about them.

Every row is loaded with the right cells, or rejected with its reason, or the file is. Nothing else happens, and nothing
crashes.
"""

import csv
import io
import os
import random
from collections.abc import Callable

import pytest

from catalog.importer import Options, Rejected, look
from catalog.importer.checks.another_table import reject_another
from catalog.importer.checks.rows import check
from catalog.importer.opening.open import open_file
from catalog.importer.rows.chunk import LINE, ROW
from catalog.importer.rows.row_format import NEARLY_ALL
from catalog.importer.warnings.swallowed import CODE, RowsInCells

TABLES = int(os.environ.get("POLLUTION_TABLES", "1"))  # for each pollution
MOST_ROWS = 30 if TABLES > 1 else 10
BLOCKS = (1 if TABLES > 1 else 60, 4 * 1024**2)
NAMES = ["sku", "name", "description", "colour"]
SHIFTED = "commas in all names without quotes"
Table = list[list[str]]
Pollution = Callable[[Table, random.Random], str | bytes]


def table(chance: random.Random) -> Table:
    """Rows whose cells say which row they belong to; some are empty, or need quotes."""
    rows = []
    for n in range(1, chance.randint(3, MOST_ROWS)):
        extra = chance.choice(["", "", "", ", green", ' 5" wide', '"big"', "\nsecond line"])
        last = chance.choice(["", f"red {n}"])
        rows.append([f"S-{n:03}", f"Name {n}", f"Text {n}{extra}", last])
    return rows


def text(
    rows: Table, mark: str = ",", end: str = "\n", names: list[str] = NAMES, quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """The table as a file."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=mark, lineterminator=end, quoting=quoting)
    writer.writerows([*([names] if names else []), *rows])
    return file.getvalue()


def plain(rows: Table) -> Table:
    """The same without cells that need quotes."""
    return [[cell.split("\n")[0].replace('"', "").replace(",", "") for cell in row] for row in rows]


def lines(rows: Table, change: Callable[[str, int], str], header: str | None = None) -> str:
    """Plain rows as lines, each of them changed; the header too, or not."""
    written = text(plain(rows)).splitlines()
    return "\n".join([header or written[0], *(change(line, n) for n, line in enumerate(written[1:]))]) + "\n"


def one(chance: random.Random, rows: Table, change: Callable[[str], str]) -> str:
    """One of the rows changed."""
    chosen = chance.randrange(len(rows))
    return lines(rows, lambda line, n: change(line) if n == chosen else line)


POLLUTIONS: dict[str, Pollution] = {
    # separators
    "commas": lambda rows, _: text(rows),
    "semicolons": lambda rows, _: text(rows, ";"),
    "tabs": lambda rows, _: text(rows, "\t"),
    "bars": lambda rows, _: text(rows, "|"),
    "carets": lambda rows, _: text(rows, "^"),
    "colons": lambda rows, _: text(rows, ":"),
    "spaces as separators": lambda rows, _: text(plain(rows), " "),
    "a line sep=; above": lambda rows, _: "sep=;\n" + text(rows, ";"),
    "two separators between cells": lambda rows, _: text(plain(rows)).replace(",", ",,"),
    "a space behind each separator": lambda rows, _: text(plain(rows)).replace(",", ", "),
    "a space before each separator": lambda rows, _: text(plain(rows)).replace(",", " ,"),
    "a header with another separator": lambda rows, _: ";".join(NAMES) + "\n" + text(rows, names=[]),
    "a row with another separator": lambda rows, c: one(c, rows, lambda s: s.replace(",", ";")),
    "rows with two kinds of separators": lambda rows, _: lines(rows, lambda s, n: s.replace(",", ";") if n % 2 else s),
    # surplus and missing cells
    "an empty cell more in every row": lambda rows, _: lines(rows, lambda s, n: s + ","),
    "two empty cells more in every row": lambda rows, _: lines(rows, lambda s, n: s + ",,"),
    "an empty cell more in every line": lambda rows, _: text(plain(rows)).replace("\n", ",\n"),
    "an empty cell more in the header": lambda rows, _: lines(rows, lambda s, n: s, ",".join(NAMES) + ","),
    "an empty cell more in one row": lambda rows, c: one(c, rows, lambda s: s + ","),
    "an empty cell more in every second row": lambda rows, _: lines(rows, lambda s, n: s + "," * (n % 2)),
    "an empty cell more in most rows, and a separator missing": lambda rows, c: (
        one(c, rows * 12, lambda s: s.replace(",", "", 1)).replace("\n", ",\n").replace("colour,", "colour")
    ),
    "an empty cell more in most rows, and a separator too many": lambda rows, c: (
        one(c, rows * 12, lambda s: s.replace("Name", "Na,me", 1)).replace("\n", ",\n").replace("colour,", "colour")
    ),
    "a comma in a name without quotes": lambda rows, c: one(c, rows, lambda s: s.replace("Name", "Na,me")),
    "commas in all names without quotes": lambda rows, _: lines(rows, lambda s, n: s.replace("Name", "Na,me")),
    "commas and spaces in all names without quotes": lambda rows, _: lines(
        rows, lambda s, n: s.replace("Name", "Na, me")
    ),
    "decimal commas in all rows without quotes": lambda rows, _: lines(
        rows, lambda s, n: s.replace(f"Name {n + 1}", f"{n + 1},0{n % 10}")
    ),
    "a separator missing": lambda rows, c: one(c, rows, lambda s: s.replace(",", " ", 1)),
    "empty cells at the end left out": lambda rows, _: lines(rows, lambda s, n: s.rstrip(",")),
    "a row that ends too early": lambda rows, c: one(c, rows, lambda s: s[: s.index(",", 6)]),
    "an empty cell before a row": lambda rows, c: one(c, rows, lambda s: "," + s),
    "an empty cell before every row": lambda rows, _: lines(rows, lambda s, n: "," + s),
    "a cell with text more": lambda rows, c: one(c, rows, lambda s: s + ",more"),
    "a line number before every row": lambda rows, _: lines(rows, lambda s, n: f"{n},{s}" + "x" * s.endswith(",")),
    # quotes
    "every cell in quotes": lambda rows, _: text(rows, quoting=csv.QUOTE_ALL),
    "every cell in quotes, with tabs": lambda rows, _: text(rows, "\t", quoting=csv.QUOTE_ALL),
    "single quotes": lambda rows, _: text(rows, quoting=csv.QUOTE_ALL).replace('""', "''").replace('"', "'"),
    "single quotes, not in the header": lambda rows, _: lines(
        rows, lambda s, n: ",".join(f"'{c}'" for c in s.split(","))
    ),
    "quotes escaped by a backslash": lambda rows, _: (
        text(rows, quoting=csv.QUOTE_ALL).replace('""big""', '\\"big\\"').replace('5""', '5\\"')
    ),
    "a cell that ends in an escaped quote": lambda rows, _: lines(
        rows, lambda s, n: s.replace("Name", '"5\\"', 1).replace(",Text", '",Text', 1)
    ),
    "quotes inside quotes that are not doubled": lambda rows, _: lines(
        rows, lambda s, n: s.replace("Name", '"Na"me', 1).replace(",Text", '",Text', 1)
    ),
    "a quote that opens and never closes": lambda rows, c: one(c, rows, lambda s: s.replace("Name", '"Name')),
    "a quote that closes and never opened": lambda rows, c: one(c, rows, lambda s: s.replace(",Text", '",Text')),
    "a quote that closes in a later row": lambda rows, c: lines(
        rows, lambda s, n: s.replace("Text", '"Text') if n == 0 else s + '"' if n == len(rows) - 1 else s
    ),
    "a quote that closes in the same column of the next row": lambda rows, c: lines(
        rows, lambda s, n: s.replace("Name", '"Name') if n == 0 else s.replace(",Text", '",Text') if n == 1 else s
    ),
    "inch signs in cells without quotes": lambda rows, _: lines(rows, lambda s, n: s.replace("Name", '5" Name')),
    "inch signs at the end of cells": lambda rows, _: lines(rows, lambda s, n: s.replace(",Text", '",Text')),
    "text behind a closing quote": lambda rows, _: lines(rows, lambda s, n: s.replace("Name", '"Name"')),
    "a space before each quote": lambda rows, _: text(rows, quoting=csv.QUOTE_ALL).replace('","', '", "'),
    "a space behind each quote": lambda rows, _: text(rows, quoting=csv.QUOTE_ALL).replace('","', '" ,"'),
    "a space before one quote": lambda rows, c: one(c, rows, lambda s: s.replace("Name", ' "Na, me"')),
    "lines in quotes as a whole": lambda rows, _: "".join(
        '"' + line.replace('"', '""') + '"\n' for line in text(rows).splitlines()
    ),
    "rows in quotes as a whole": lambda rows, _: lines(rows, lambda s, n: f'"{s}"'),
    "tabs, and quotes that are characters": lambda rows, _: lines(
        rows, lambda s, n: s.replace("Name", '"Name') if n % 3 == 0 else s.replace("Name", 'Na"me')
    ).replace(",", "\t"),
    "separators escaped by a backslash": lambda rows, _: lines(rows, lambda s, n: s.replace("Name", "Na\\,me")),
    # line ends
    "CRLF": lambda rows, _: text(rows, end="\r\n"),
    "CR": lambda rows, _: text(rows, end="\r"),
    "CR CR LF": lambda rows, _: text(rows, end="\r\r\n"),
    "LF CR": lambda rows, _: text(rows, end="\n\r"),
    "line ends of three kinds": lambda rows, _: "".join(
        line + ("\n", "\r\n", "\r")[n % 3] for n, line in enumerate(text(plain(rows)).splitlines())
    ),
    "blank lines between rows": lambda rows, _: text(plain(rows)).replace("\n", "\n\n"),
    "blank lines with spaces": lambda rows, _: text(plain(rows)).replace("\n", "\n  \n"),
    "no line end at the end": lambda rows, _: text(rows).rstrip("\n"),
    "a line end that is missing": lambda rows, c: text(plain(rows)).replace("\nS-002", "S-002"),
    "a line break inside of a name": lambda rows, c: one(c, rows, lambda s: s.replace("Name", "Na\nme")),
    "the line separator of Unicode": lambda rows, _: text(plain(rows)).replace("\n", "\u2028"),
    # around the table
    "a title above": lambda rows, _: "Price list\n\n" + text(rows),
    "a title with separators above": lambda rows, _: "Price list,,,\nof,Acme,2026,\n" + text(rows),
    "a comment above": lambda rows, _: "# exported, by a, program, 7\n" + text(rows),
    "comments between the rows": lambda rows, _: lines(rows, lambda s, n: f"# row {n}\n{s}"),
    "a line of dashes below the header": lambda rows, _: lines(rows, lambda s, n: s, ",".join(NAMES) + "\n------"),
    "a sentence below": lambda rows, _: text(rows) + "\nThat is all\n",
    "a total below": lambda rows, _: text(rows) + f"Total,,,{len(rows)}\n",
    "the header again in the middle": lambda rows, _: text(rows[:2]) + text(rows[2:]),
    "the header again in the middle, in capitals": lambda rows, _: (
        text(rows[:2]) + text(rows[2:], names=[n.upper() for n in NAMES])
    ),
    # several tables
    "a table with more columns below": lambda rows, _: text(rows) + "\nsku,name,a,b,c\nT-1,x,1,2,3\n",
    "a table with fewer columns below": lambda rows, _: text(rows) + "\nsku,name\nT-1,x\n",
    "the columns in another order below": lambda rows, _: (
        text(rows[:2]) + "\n" + text([row[::-1] for row in rows[2:]], names=NAMES[::-1])
    ),
    "the table twice": lambda rows, _: text(rows) * 2,
    "two tables beside each other": lambda rows, _: "".join(
        f"{line},,{line}\n" for line in text(plain(rows)).splitlines()
    ),
    # encodings
    "a byte order mark": lambda rows, _: text(rows).encode("utf-8-sig"),
    "a byte order mark in the middle": lambda rows, c: one(c, rows, lambda s: s.replace("Name", "\ufeffName")),
    "UTF-16": lambda rows, _: text(rows).encode("utf-16"),
    "UTF-16 without a mark": lambda rows, _: text(rows).encode("utf-16-be"),
    "UTF-32": lambda rows, _: text(rows).encode("utf-32"),
    "UTF-16 with a byte too many": lambda rows, c: _with_byte(text(rows).encode("utf-16"), c),
    "UTF-32 with a byte too many": lambda rows, c: _with_byte(text(rows).encode("utf-32"), c),
    "UTF-8 with a row in Latin-1": lambda rows, c: text(rows).encode().replace(b"Name 2,", b"Name \xe9,"),
    "Latin-1": lambda rows, _: text(rows).replace("Text", "T\xe9xt").encode("latin-1"),
    "a NUL byte in a row": lambda rows, c: one(c, rows, lambda s: s.replace("Name", "Na\0me")),
    "the end mark of DOS": lambda rows, _: text(rows) + "\x1a",
}


def _with_byte(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(4, len(data))
    return data[:at] + b"\n" + data[at:]


@pytest.mark.parametrize("name", POLLUTIONS)
def test_every_row_is_loaded_right_or_rejected_or_the_file_is(name: str) -> None:
    for seed in range(TABLES):
        chance = random.Random(f"{name} {seed}")
        rows = table(chance)
        file = POLLUTIONS[name](rows, chance)
        data = file.encode() if isinstance(file, str) else file
        assert look(io.BytesIO(data), Options()) is not None
        outcomes = [_outcome(data, size) for size in BLOCKS]
        assert outcomes[0] == outcomes[1]
        if isinstance(outcomes[0], str):
            assert outcomes[0].endswith((".", "'", "?")), outcomes[0]
            continue
        loaded, rejected, inside, said = outcomes[0]
        if name == SHIFTED and loaded:
            # Where hardly a row has a colour these are the bytes of another table whose rows end in an empty cell.
            assert sum(not row[-1] for row in rows) >= NEARLY_ALL * len(rows)
            assert said == {"surplus_cells"}
            continue
        _hold_to_the_law(rows, loaded, rejected, inside, data)


def _outcome(data: bytes, size: int) -> str | tuple[list[dict[str, str]], list[str], int, set[str]]:
    """The rows by column, the texts of rejected ones, how many rows a warning says are inside of cells, habits said."""
    loaded, rejected, inside, look_inside = [], [], 0, RowsInCells()
    said: set[str] = set()
    try:
        opened = open_file(io.BytesIO(data), Options())
        names = [name.strip() for name in opened.columns.names]
        for chunk in opened.reader.chunks(size):
            reject_another(chunk, opened.columns)
            checked = check(chunk, opened.columns)
            cells = chunk.frame[chunk.frame[ROW].isin(checked.frame[ROW])].sort_values(ROW)
            for row in cells.drop(columns=[ROW, LINE]).values.tolist():
                loaded.append(dict(zip(names, row, strict=True)))
            assert all(error.message and error.code for error in checked.errors)
            said |= {doubt.code for doubt in chunk.doubts}
            rejected += ["\n".join((*error.cells, error.value)) for error in checked.errors]
            inside += sum(doubt.count for doubt in look_inside.see(chunk, opened.columns) if doubt.code == CODE)
            assert chunk.rows == len(checked.frame) + len(checked.errors) + checked.blank
    except Rejected as rejection:
        return str(rejection)
    return loaded, rejected, inside, said


def _hold_to_the_law(rows: Table, loaded: list[dict[str, str]], rejected: list[str], inside: int, data: bytes) -> None:
    """What was loaded is true, and what is missing was said."""
    true = {row[0]: row for row in rows}
    seen = set()
    for row in loaded:
        sku = row["sku"].strip()
        seen.add(sku)
        if inside and any("\n" in cell for cell in row.values()):
            continue  # it holds the rows that are warned about
        want = true.get(sku)
        assert want is not None, (row, data)
        found = [_bare(row[name]) for name in NAMES]
        assert found in ([_bare(c) for c in want], [_bare(c) for c in plain([want])[0]]), (row, want, data)
    missing = [sku for sku in true if sku not in seen and not any(sku in text for text in rejected)]
    assert len(missing) <= inside, (missing, rejected, data)


def _bare(cell: str) -> str:
    """A cell without what some pollutions add to it as text: marks, inch signs, quotes that are characters."""
    bare = cell.strip().strip("\ufeff").replace("\xe9", "e")
    return bare.replace('5" Name', "Name").replace('"', "")
