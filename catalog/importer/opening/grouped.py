"""Rows that belong together in the export of a shop: variants that share what only the first row has, pictures, store views."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from catalog.importer.columns.recipes import Recipe
from catalog.importer.rows.chunk import LINE, ROW, Chunk, Doubt

WHOLE = "whole row"


class Grouping:
    """Goes through the chunks of a file in order, and knows at each what stood above it."""

    def __init__(self, recipe: Recipe, names: Sequence[str], sku: int | None) -> None:
        self._group = next(iter(recipe.places(names, [recipe.group])), None) if recipe.group else None
        self._fill = recipe.places(names, recipe.fill) if self._group is not None else []
        self._without = recipe.places(names, recipe.without)
        self._none = {
            place: {value.casefold() for value in values}
            for column, values in recipe.no_products.items()
            for place in recipe.places(names, [column])
        }
        self._view = next(iter(recipe.places(names, [recipe.view])), None) if recipe.view else None
        self._sku = sku
        self._seen: set[str] = set()
        self._above: tuple[str, dict[int, str]] = ("", {})

    @property
    def changes_rows(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._fill or self._without or self._none or self._view is not None)

    def see(self, chunk: Chunk) -> Chunk:
        """The same with shared cells filled in, and without the rows that are no products, which count as blank."""
        if not self.changes_rows or not len(chunk.frame):
            return chunk
        frame = chunk.frame.sort_values(ROW, kind="stable").reset_index(drop=True)
        empty = (frame.drop(columns=[ROW, LINE]).apply(lambda cells: cells.str.strip()) == "").all(axis=1)
        none = self._no_products(frame) & ~empty
        views = self._views(frame, none) & ~empty
        filled = self._filled(frame)
        doubts = [*chunk.doubts, *_doubts("no_product_rows", frame, none), *_doubts("view_rows", frame, views)]
        gone = none | views
        kept = filled[~gone] if gone.any() else filled
        return replace(chunk, frame=kept.reset_index(drop=True), blank=chunk.blank + int(gone.sum()), doubts=doubts)

    def _no_products(self, frame: pd.DataFrame) -> pd.Series:
        """Rows that have none of what a product has, or say that they are something else."""
        none = pd.Series(False, index=frame.index)
        if self._without:
            none |= (frame[list(map(str, self._without))].apply(lambda cells: cells.str.strip()) == "").all(axis=1)
        for place, values in self._none.items():
            none |= frame[str(place)].str.strip().str.casefold().isin(values)
        return none

    def _views(self, frame: pd.DataFrame, none: pd.Series) -> pd.Series:
        """Rows of store views whose product has a row of its own above."""
        found = np.zeros(len(frame), bool)
        if self._view is None or self._sku is None:
            return pd.Series(found, index=frame.index)
        skus = frame[str(self._sku)].str.strip().str.lower().tolist()
        views = frame[str(self._view)].str.strip().tolist()
        for at, (sku, view) in enumerate(zip(skus, views, strict=True)):
            if not view and not none.iloc[at]:
                self._seen.add(sku)
            found[at] = bool(view) and sku in self._seen
        return pd.Series(found, index=frame.index)

    def _filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Blank cells with what the first row of their group has."""
        if not self._fill or self._group is None:
            return frame
        group = frame[str(self._group)].str.strip()
        runs = (group != group.shift()).cumsum()
        name, known = self._above
        made, last = {}, {}
        for place in self._fill:
            cells = frame[str(place)]
            filled = cells.mask(cells.str.strip() == "")
            if name and group.iloc[0] == name and known.get(place):
                first = runs == 1
                filled = filled.mask(first & filled.isna(), known[place])
            first_of_group = filled.groupby(runs).transform("first")
            filled = filled.fillna(first_of_group.mask(group == ""))
            made[str(place)] = filled.fillna("").astype("str")
            last[place] = made[str(place)].iloc[-1]
        self._above = (str(group.iloc[-1]), last)
        return frame.assign(**made)


def _doubts(code: str, frame: pd.DataFrame, found: pd.Series) -> list[Doubt]:
    if not found.any():
        return []
    first = frame[found].iloc[0]
    cells = [cell for cell in first.drop([ROW, LINE]).tolist() if cell.strip()]
    return [Doubt(code, int(found.sum()), int(first[LINE]), WHOLE, ", ".join(cells[:5]))]
