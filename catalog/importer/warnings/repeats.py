"""Find repeated SKUs, SKUs that look alike, and SKUs with invisible characters, while a file is read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from catalog.importer.columns.result import Columns
from catalog.importer.errors import quoted
from catalog.importer.invisible_characters import look_of
from catalog.importer.rows.chunk import LINE
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.values.fields import BLANK, TEXTS
from catalog.importer.values.texts import Texts

CAN_BE_LOST = ("name", *sorted(BLANK, key=TEXTS.count))
"""The fields whose values a later row of the same SKU may take away; texts come last."""
BATCH = 50  # rows that are compared at a time, until there are enough examples
SHOWN = 30  # characters of a value that is lost


@dataclass(frozen=True)
class Strange:
    """A SKU with an unusual character: as written, as stored, and as people see it."""

    line: int
    written: str
    kept: str
    look: str


def strange(cells: pd.DataFrame, accepted: pd.DataFrame, columns: Columns) -> list[Strange]:
    """The accepted SKUs of a chunk with unusual characters."""
    first, *others = columns.parts_of("sku") or (None,)
    here = first is not None and not others
    written = cells[str(first)] if here else accepted["sku"]
    texts = Texts(written)
    if texts.is_plain or not texts.strange.any():
        return []
    written = written[texts.strange].reindex(accepted.index)
    rows = accepted[[LINE, "sku"]].assign(written=written).dropna(subset="written")
    found = [
        Strange(int(line), raw.strip(WHITE_SPACE), kept, look_of(raw))
        for line, kept, raw in rows.itertuples(index=False)
    ]
    return [one for one in found if one.look and one.look != one.written]


def emptied(accepted: pd.DataFrame) -> set[str]:
    """The fields that are empty in some accepted row: the value of an earlier row of the SKU may be lost."""
    found = set()
    for field in (field for field in BLANK if field in accepted):
        has_value = Texts(accepted[field]).lengths if field in TEXTS else accepted[field].notna()
        if not has_value.all():
            found.add(field)
    return found


@dataclass(frozen=True)
class Found:
    """The number of rows of a kind, and the first ones by line, as they are shown."""

    count: int
    examples: list[tuple[int, str]]


def repeated(rows: pd.DataFrame, most: int) -> Found:
    """Rows that repeat a SKU, with the values that are lost; rows that lose values come first."""
    rows = rows.assign(same=rows["sku"].str.lower())
    rows = rows[rows["same"].duplicated(keep=False)]
    fields = [field for field in CAN_BE_LOST if field in rows]
    before = rows.groupby("same", sort=False)[fields].shift(1)
    is_repeat = rows["same"].duplicated()
    rows, before = rows[is_repeat], before[is_repeat]
    losing: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for at in range(0, len(rows), BATCH):
        part = rows.iloc[at : at + BATCH]
        now, old = part[fields].to_dict("records"), before.iloc[at : at + BATCH].to_dict("records")
        for line, sku, what in zip(part[LINE], part["sku"], map(_lost, now, old), strict=True):
            (losing if what else others).append((int(line), f"{sku} (lost: {what})" if what else sku))
        if len(losing) >= most:
            break
    return Found(len(rows), (losing + others)[:most])


def alike(rows: pd.DataFrame, most: int) -> Found:
    """SKUs that look the same but are written differently, each with the first one of the same look."""
    once = rows[[LINE, "sku"]].drop_duplicates("sku")
    looks = _looks(once["sku"])
    several = looks.duplicated(keep=False).to_numpy()
    first_of: dict[str, str] = {}
    found = []
    for line, sku, look in zip(once[LINE][several], once["sku"][several], looks[several], strict=True):
        if first_of.setdefault(look, sku) != sku:
            found.append((int(line), f"{first_of[look]} / {sku}"))
    return Found(len(found), found[:most])


def _looks(skus: pd.Series) -> pd.Series:
    """SKUs as people compare them: without spaces and case."""
    texts = Texts(skus)
    if texts.is_plain:
        return skus.str.replace(" ", "").str.lower()
    looks = (look_of(sku) if is_strange else sku for sku, is_strange in zip(skus, texts.strange, strict=True))
    return pd.Series(["".join(look.split()).lower() for look in looks], skus.index, dtype="str")


def _lost(now: Mapping[Hashable, Any], old: Mapping[Hashable, Any]) -> str:
    """The values of the previous row that this row replaces or clears."""
    found = [
        f"{field} {quoted(str(old[field]), SHOWN)}"
        for field in now
        if not _is_empty(old[field])
        and now[field] != old[field]
        and not (field in TEXTS and pd.isna(now[field]))  # then it is kept
    ]
    return ", ".join(found)


def _is_empty(value: Any) -> bool:
    return value == "" or bool(pd.isna(value))
