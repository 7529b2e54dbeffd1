"""How the rows of a file are written, decided once from its beginning, whatever blocks it is read in later.

Three habits of programs are recognised: rows that end in empty cells beyond the header, quotes that are ordinary
characters, and spaces before quotes. Where the beginning does not prove a habit, such rows are rejected.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from catalog.importer.errors import Rejected
from catalog.importer.rows.padded import opens_padded
from catalog.importer.rows.records import Records
from catalog.importer.rows.strict_csv import CarefulReader, Record, physical_lines

ROWS = 1_000  # rows that show the habit
NEARLY_ALL = 0.9  # of them
SWALLOWED_LINES = 3  # of which each has the tabs of a row
MOST_UNREADABLE = 1_000  # rows above the first that can be read
OTHER_QUOTES = {
    "''": "single quotes (')",
    "``": "backticks (`)",
    "“”": "typographic quotes (“”)",
    "„“": "typographic quotes („“)",
    "‘’": "typographic quotes (‘’)",
}
"""Opening and closing quote -> what people call them."""


def none_beyond(careful: CarefulReader, found: Records) -> tuple[int, int] | None:
    """A fast `surplus`, for rows that follow RFC 4180 and are not wider than the header. None: a row is not so."""
    cells = found.cells[~found.empty]
    is_regular = found.clean and not careful.padded and len(cells) and cells.max() <= careful.width
    return (0, len(cells)) if is_regular else None


def surplus(careful: CarefulReader, text: str) -> tuple[int, int]:
    """The number of empty cells beyond the header at the end of nearly all rows, and how many rows were examined."""
    rows = list(islice(_filled(careful, text), ROWS))
    counts = Counter(_surplus(record, careful.width) for record in rows)
    ((most, times),) = counts.most_common(1) or [(0, 0)]
    if times < NEARLY_ALL * len(rows) or _are_cut(rows, careful.width):
        most = 0
    return most, len(rows)


def _are_cut(rows: list[Record], width: int) -> bool:
    """Whether a separator without quotes cuts a cell in nearly all rows, so that the cells after it are shifted.

    Neighbouring cells show it: "Shelf" and " tall", or "12" and "50" if some rows have "05" or "00". So does a
    backslash before the separator.
    """
    whole = [row.cells[:width] for row in rows if len(row.cells) > width]
    columns = list(zip(*whole, strict=True))
    blank = [_share(cells, _begins_blank) >= NEARLY_ALL for cells in columns]
    if any(blank) and not all(blank[1:]):
        return True
    if any(_share(cells, _ends_escaped) >= NEARLY_ALL for cells in columns):
        return True
    return any(map(_are_decimals, columns, columns[1:]))


def _are_decimals(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two columns are the halves of numbers with two decimals.

    The second has a leading zero in some row, the first in none: a day or a code has one.
    """
    return (
        all(cell.isdecimal() and (cell[0] != "0" or cell == "0") for cell in left)
        and all(len(cell) == 2 and cell.isdecimal() for cell in right)
        and any(cell[0] == "0" for cell in right)
    )


def _ends_escaped(cell: str) -> bool:
    return (len(cell) - len(cell.rstrip("\\"))) % 2 == 1


def _begins_blank(cell: str) -> bool:
    return cell[:1].isspace() and not cell.isspace()


def _share(cells: tuple[str, ...], holds: Callable[[str], bool]) -> float:
    """The share of the filled cells for which a test holds; 0 if there are none."""
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(holds, filled)) / len(filled) if filled else 0.0


def _filled(careful: CarefulReader, text: str) -> Iterator[Record]:
    """The rows that are not blank, as far as they can be split."""
    try:
        for record in careful.read(physical_lines(text), 1, 0):
            if record.error or any(map(str.strip, record.cells)):
                yield record
    except Rejected:  # at the place where the text is cut, or when the file is read
        return


def _surplus(record: Record, width: int) -> int:
    beyond = record.cells[width:]
    return 0 if any(map(str.strip, beyond)) else len(beyond)


def quotes_are_text(text: str, delimiter: str) -> bool:
    """Whether the quotes of a file with tabs are ordinary characters, as the file makes no sense if they enclose cells.

    Then all lines have the same number of tabs, and no cell both begins and ends with a quote.
    """
    if delimiter != "\t" or '"' not in text:
        return False
    lines = [line for line in islice(physical_lines(text), ROWS) if line.strip()]
    if len({line.count("\t") for line in lines}) != 1 or "\t" not in lines[0]:
        return False
    cells = [cell.strip(" \r\n") for line in lines if '"' in line for cell in line.split("\t")]
    quoted = [cell for cell in cells if cell.startswith('"')]
    if not quoted or any(cell.endswith('"') for cell in quoted):
        return False
    return _swallows(lines)


def _swallows(lines: list[str]) -> bool:
    """Whether normal quoting gives a wrong row, or a row of three or more lines."""
    reader = csv.reader(lines, delimiter="\t", strict=True)
    before = 0
    try:
        for _ in reader:
            if reader.line_num - before >= SWALLOWED_LINES:
                return True
            before = reader.line_num
    except csv.Error:
        return True
    return False


def is_padded(careful: CarefulReader, text: str, delimiter: str) -> bool:
    """Whether there are spaces before opening quotes, and nearly all such rows can be read without these spaces."""
    if not opens_padded(text, delimiter):
        return False
    padded = CarefulReader(delimiter, padded=True)
    rows = list(islice(_filled(padded, text), ROWS + 1))
    widths = Counter(len(record.cells) for record in rows if not record.error)
    if not widths:
        return False
    ((_, times),) = widths.most_common(1)
    return times >= NEARLY_ALL * len(rows)


def other_quotes(careful: CarefulReader, text: str, header: list[str]) -> str:
    """The quotes other than double ones in which nearly all rows have cells; empty: there are none."""
    return next((name for marks, name in OTHER_QUOTES.items() if _are_around(marks, careful, text, header)), "")


def _are_around(marks: str, careful: CarefulReader, text: str, header: list[str]) -> bool:
    """Whether nearly all rows have cells in these quotes: one in each if the header has some too, else two in each."""
    if text.count(marks[0]) + text.count(marks[1]) * (marks[0] != marks[1]) < 2:
        return False

    def is_inside(cell: str) -> bool:
        cell = cell.strip()
        return len(cell) > 1 and (cell[0], cell[-1]) == (marks[0], marks[1])

    named = any(map(is_inside, header))
    least = 1 if named else 2  # one column of such cells may be intended
    counts = {True: 0, False: 0}
    for record in islice(_filled(careful, text), ROWS):
        cells = record.cells if named else filter(_holds_text, record.cells)
        counts[sum(map(is_inside, cells)) >= least] += 1
        if counts[False] > ROWS - NEARLY_ALL * ROWS:  # too many, whatever follows
            return False
    return counts[True] + named > 1 and counts[True] >= NEARLY_ALL * sum(counts.values())


def _holds_text(cell: str) -> bool:
    return bool(cell.strip().strip("'"))


def unreadable(reasons: list[str]) -> str:
    """The rejection of a file without a readable row."""
    most = f"None of the first {MOST_UNREADABLE:,} rows" if len(reasons) == MOST_UNREADABLE else "No row"
    return f"{most} can be read. {reasons[0]}"
