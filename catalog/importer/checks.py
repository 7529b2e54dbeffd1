"""What makes a row fit for the catalog: cleaned and checked a chunk at a time, refused with line, column and reason."""

import json
from dataclasses import dataclass
from typing import cast

import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.columns import Columns
from catalog.importer.errors import RowError, quoted, row_error
from catalog.importer.reader import LINE, ROW, Chunk

# Unicode's White_Space, as the database checks it: one definition, two places, a test between them.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
SKU_LENGTH, NAME_LENGTH = 255, 1_000
PRICE = r"(?:[0-9]{1,12}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
YES = ("1", "true", "yes", "y", "t", "on", "active")
NO = ("0", "false", "no", "n", "f", "off", "inactive")


@dataclass(frozen=True)
class Checked:
    """The rows of a chunk that may go on, with the columns of the staging table; the others as errors or blank."""

    frame: pd.DataFrame
    errors: list[RowError]
    blank: int


def check(chunk: Chunk, columns: Columns) -> Checked:
    """Clean and check every row of a chunk."""
    cells = chunk.frame
    blank = _blank(cells, columns)
    if blank.any():
        cells = cells[~blank]
    frame = pd.DataFrame({ROW: cells[ROW], LINE: cells[LINE]})
    for field, position in columns.fields.items():
        text = cells[str(position)]
        frame[field] = text if field == "description" else text.str.strip(WHITE_SPACE)
    frame["sku"] = _nfc(frame["sku"])
    errors = _errors(frame, cells, columns)
    if errors:
        good = ~frame[ROW].isin([error.row for error in errors])
        frame, cells = frame[good], cells[good]
    if "active" in frame:
        frame["active"] = (
            frame["active"]
            .str.lower()
            .isin(YES)
            .astype("boolean")
            .mask(frame["active"] == "")
        )
    if "price" in frame:
        frame["price"] = frame["price"].mask(frame["price"] == "")
    if columns.attributes:
        frame["attributes"] = _attributes(cells, columns)
    refused = sorted(chunk.errors + errors, key=lambda error: error.row)
    return Checked(frame, refused, chunk.blank + int(blank.sum()))


def _blank(cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Rows of nothing but empty cells; only those without a SKU are looked at whole."""
    blank = cells[str(columns.fields["sku"])].str.strip(WHITE_SPACE) == ""
    if blank.any():
        rest = cells[blank].drop(columns=[ROW, LINE])
        blank[blank] = (
            rest.apply(lambda column: column.str.strip(WHITE_SPACE)) == ""
        ).all(axis=1)
    return cast(pd.Series, blank)


def _nfc(text: pd.Series) -> pd.Series:
    values = pa.array(text, type=pa.large_string())
    if compute.all(compute.string_is_ascii(values)).as_py() is not False:
        return text
    return pd.Series(
        compute.utf8_normalize(values, form="NFC").to_pandas(),
        index=text.index,
        dtype="str",
    )


def _errors(
    frame: pd.DataFrame, cells: pd.DataFrame, columns: Columns
) -> list[RowError]:
    """The first thing that is wrong with each row."""
    sku, name = frame["sku"], frame["name"]
    rules = [
        (
            "sku",
            "repeated_header",
            _repeats_header(cells, columns, sku),
            "the header stands here once more.",
        ),
        ("sku", "sku_blank", sku == "", "the row has no SKU."),
        (
            "sku",
            "sku_too_long",
            sku.str.len() > SKU_LENGTH,
            f"the SKU is longer than {SKU_LENGTH} characters.",
        ),
        ("name", "name_blank", name == "", "the row has no name."),
        (
            "name",
            "name_too_long",
            name.str.len() > NAME_LENGTH,
            f"the name is longer than {NAME_LENGTH:,} characters.",
        ),
    ]
    if "price" in frame:
        wrong = ~frame["price"].str.fullmatch(PRICE) & (frame["price"] != "")
        rules.append(
            (
                "price",
                "price_invalid",
                wrong,
                "{} is not a plain number such as 1234.50.",
            )
        )
    if "active" in frame:
        wrong = ~frame["active"].str.lower().isin((*YES, *NO, ""))
        rules.append(
            (
                "active",
                "active_invalid",
                wrong,
                "{} is neither yes nor no; write yes, no, true, false, 1 or 0.",
            )
        )
    found: dict[int, RowError] = {}
    for field, code, wrong, why in (rule for rule in rules if rule[2].any()):
        column = columns.names[columns.fields[field]]
        for row, line, value in frame.loc[wrong, [ROW, LINE, field]].itertuples(
            index=False
        ):
            found.setdefault(
                row,
                row_error(row, line, column, code, value, why.format(quoted(value))),
            )
    return list(found.values())


def _repeats_header(cells: pd.DataFrame, columns: Columns, sku: pd.Series) -> pd.Series:
    """Rows that are the header again, as when files were joined."""
    repeated = sku == columns.names[columns.fields["sku"]].strip()
    if repeated.any():
        same = cells.loc[repeated, [str(i) for i in range(len(columns.names))]] == list(
            columns.names
        )
        repeated[repeated] = same.all(axis=1)
    return repeated


def _attributes(cells: pd.DataFrame, columns: Columns) -> list[str]:
    """The other columns as one JSON object a row; an empty cell is no attribute."""
    names = list(columns.attributes)
    values = zip(
        *(cells[str(position)] for position in columns.attributes.values()), strict=True
    )
    return [
        json.dumps(
            {k: v for k, v in zip(names, row, strict=True) if v}, ensure_ascii=False
        )
        for row in values
    ]
