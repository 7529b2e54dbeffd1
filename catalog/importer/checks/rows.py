"""Clean and check rows a chunk at a time; rejected rows get line, column and reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.checks import failed_cells, more_attributes
from catalog.importer.checks.attributes import attributes_of
from catalog.importer.checks.rules import rules
from catalog.importer.columns import error_columns, smallest_units
from catalog.importer.columns.clean_up import shaped
from catalog.importer.columns.result import Columns
from catalog.importer.errors import ERRORS, WHOLE_ROW, RowError, quoted, row_error, storable
from catalog.importer.rows.chunk import LINE, ROW, Chunk, Doubt
from catalog.importer.rows.places import placed_error
from catalog.importer.rows.strict_csv import DRAWN, is_drawn
from catalog.importer.values import invisible_in_cells, numbers, written_prices
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.values.fields import DECLARED
from catalog.importer.values.formulas import restored_name
from catalog.importer.values.guards import restored
from catalog.importer.values.texts import Texts
from catalog.importer.values.yes_no import YES

IS_DRAWN = np.isin(np.arange(256), [*b" -=+|:_", "\u2500".encode()[0]])  # how the first cell of such a row begins
IN_NUMBERS = {"price", "active"}  # fields in which invisible characters have no meaning
WITH_LINES = {field.name for field in DECLARED if field.has_lines}


@dataclass(frozen=True)
class Checked:
    """The accepted rows of a chunk, with the columns of the staging table; the others as errors or blank."""

    frame: pd.DataFrame
    errors: list[RowError]
    blank: int
    doubts: tuple[Doubt, ...] = ()  # about cells whose value is not used


def check(chunk: Chunk, columns: Columns) -> Checked:
    """Clean and check every row of a chunk."""
    cells = _as_written(chunk.frame, columns)
    blank = _blank(cells, columns)
    if blank.any():
        cells = cells[~blank]
    written, cells = cells, shaped(cells, columns)
    frame = _fields(cells, columns)
    failed = failed_cells.find(cells, columns)
    doubts = (*failed.doubts(cells), *_currency(cells, columns))
    unread = chain(failed.errors(cells), more_attributes.errors(cells, columns))
    errors = _errors(frame, written, columns, unread)
    if errors:
        errors = [placed_error(error, [chunk.part] if chunk.part else [], chunk.unit) for error in errors]
        good = ~frame[ROW].isin([error.row for error in errors])
        frame, cells, failed = frame[good], cells[good], failed.of_rows(good)
    frame = failed.without(frame)
    if "active" in frame:
        yes = frame["active"].str.lower().isin(YES).astype("boolean")
        frame["active"] = yes.mask(frame["active"] == "")
    if "price" in frame:
        price = _plain(frame["price"], cells, columns)
        frame["price"] = price.mask(price == "")
    if columns.hold_attributes:
        frame["attributes"] = attributes_of(failed.emptied(cells), columns, failed.kept())
    rejected = sorted(_as_read(chunk.errors, columns) + errors, key=lambda e: e.row)
    return Checked(frame, rejected, chunk.blank + int(blank.sum()), doubts)


def _currency(cells: pd.DataFrame, columns: Columns) -> list[Doubt]:
    """Warnings about prices whose currency was removed."""
    if not columns.currency or "price" not in columns.fields:
        return []
    prices = cells[str(columns.fields["price"])]
    found = written_prices.with_currency(prices, columns.currency)
    if not found.any():
        return []
    first = cells[found].iloc[0]
    name = columns.name_of("price")
    return [Doubt("currency", int(found.sum()), int(first[LINE]), name, str(prices[found].iloc[0]))]


def as_fields(cells: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Rows of a chunk as the rules check them: matched to fields, cleaned up and trimmed, valid or not."""
    return _fields(shaped(_as_written(cells, columns), columns), columns)


def _as_written(cells: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    return _restored(cells) if columns.ours else cells


def _fields(cells: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The columns of the fields, trimmed as they are stored."""
    frame = pd.DataFrame({ROW: cells[ROW], LINE: cells[LINE]})
    for field, position in columns.fields.items():
        text = cells[str(position)]
        frame[field] = text if field in WITH_LINES else text.str.strip(WHITE_SPACE)
        if field in IN_NUMBERS:
            frame[field] = invisible_in_cells.without_marks(frame[field])
        if field == "price":
            frame[field] = _with_units(_prices(frame[field], columns), cells, columns)
    if not columns.ours:  # an export of ours comes back unchanged
        frame["sku"] = invisible_in_cells.without_ends(frame["sku"])
    frame["sku"] = _nfc(frame["sku"])
    return frame


def _prices(cells: pd.Series, columns: Columns) -> pd.Series:
    prices = numbers.without_noise(written_prices.tidied(cells, columns.currency))
    return numbers.rounded(prices, columns.numbers) if columns.rounds else prices


def _with_units(prices: pd.Series, cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Prices, marked where the smallest unit of their currency is not known, so that they are rejected."""
    if columns.units is None or columns.units.usual is not None:
        return prices
    return prices.mask((smallest_units.decimals(columns.units, cells) < 0) & (prices != ""), prices + numbers.NO_UNIT)


def _plain(prices: pd.Series, cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Accepted prices as plain numbers."""
    if columns.units is None:
        return numbers.plain(prices, columns.numbers)
    decimals = smallest_units.decimals(columns.units, cells)
    parts = [numbers.in_units(prices[decimals == one], int(one)) for one in decimals.unique()]
    return pd.concat(parts).reindex(prices.index) if parts else prices


def _restored(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells as they were before an export escaped formulas."""
    texts = cells.columns.difference([ROW, LINE])
    return cells.assign(**{name: restored(cells[name]) for name in texts})


def _blank(cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Rows without a value: all cells are empty, or a console has drawn them."""
    return _empty(cells, columns) | _drawn(cells, columns)


def _drawn(cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Rows that a console or Markdown has drawn; only those are checked whose SKU begins with a sign."""
    found = pd.Series(False, index=cells.index)
    if columns.known or columns.ours and not columns.returned:
        return found  # values that the catalog has are not changed
    skus = cells[str(columns.parts_of("sku")[0])]
    likely = skus[IS_DRAWN[Texts(skus).first]]
    for at in likely[likely.str.strip().str.fullmatch(DRAWN.pattern)].index:
        found[at] = is_drawn(cells.loc[at, columns.in_frame])
    return found


def _empty(cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Rows with only empty cells; only rows without a SKU are checked."""
    first, *others = columns.parts_of("sku")
    blank = cells[str(first)].str.strip(WHITE_SPACE) == ""
    for position in others:
        blank &= cells[str(position)].str.strip(WHITE_SPACE) == ""
    if blank.any():
        rest = cells[blank].drop(columns=[ROW, LINE])
        blank[blank] = (rest.apply(lambda column: column.str.strip(WHITE_SPACE)) == "").all(axis=1)
    return cast(pd.Series, blank)


def _nfc(text: pd.Series) -> pd.Series:
    values = pa.array(text, type=pa.large_string())
    if compute.all(compute.string_is_ascii(values)).as_py() is not False:
        return text
    normal = compute.utf8_normalize(values, form="NFC").to_pandas()  # type: ignore[attr-defined]  # pyarrow-stubs lack it
    # By position: the index has gaps where blank rows were, and pandas would align by it.
    return pd.Series(normal.array, index=text.index, dtype="str")


def _errors(
    frame: pd.DataFrame, cells: pd.DataFrame, columns: Columns, failed: Iterable[RowError] = ()
) -> list[RowError]:
    """The first error of each row."""
    found: dict[int, RowError] = {}
    for error in failed:
        found.setdefault(error.row, error)
    for rule in rules(frame, cells, columns):
        if rule.field not in frame:
            continue
        wrong = rule.wrong(frame[rule.field])
        if not wrong.any():
            continue
        column = columns.name_of(rule.field)
        rows = frame.loc[wrong, [ROW, LINE, rule.field]]
        for row, line, value in rows.itertuples(index=False):
            why = rule.why.format(quoted(value)) if isinstance(rule.why, str) else rule.why(value)
            error = row_error(row, line, column, rule.code, value, why)
            found.setdefault(row, error)
    for error in _uncorrected(cells, columns) if columns.returned else ():
        found[error.row] = error
    return _with_cells(found, cells, columns) if found else []


def _uncorrected(cells: pd.DataFrame, columns: Columns) -> list[RowError]:
    """Rows of a returned file that were not fixed and could not be split into the right cells."""
    width = len(columns.names)
    code, why = cells[str(width)], cells[str(width + 1)]
    doubtful = cells[code.isin(WHOLE_ROW) & why.str.endswith("]")]
    errors = []
    for row in doubtful[[*columns.in_frame, str(width), str(width + 1), ROW, LINE]].itertuples(index=False):
        texts, (code, message, number, line) = row[:width], row[width:]
        if error_columns.is_as_it_was(message, texts):
            meaning = ERRORS[code]
            words = f"this row was not fixed: {meaning[0].lower()}{meaning[1:]}"
            errors.append(row_error(number, line, None, code, ",".join(texts), words))
    return errors


def _with_cells(found: dict[int, RowError], cells: pd.DataFrame, columns: Columns) -> list[RowError]:
    """The errors, each with the cells of its row in the file."""
    wrong = cells.loc[cells[ROW].isin(list(found)), [ROW, *columns.in_frame]]
    return [replace(found[row], cells=tuple(map(storable, texts))) for row, *texts in wrong.itertuples(index=False)]


def _as_read(errors: list[RowError], columns: Columns) -> list[RowError]:
    """Errors of the reader, with cells without our apostrophes."""
    if not columns.ours:
        return errors
    return [replace(e, cells=tuple(map(restored_name, e.cells))) for e in errors]
