"""Group rows in the export of a shop: variants that share cells of the first row, pictures, store views."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd

from catalog.importer.columns.recipes import Recipe
from catalog.importer.rows.chunk import LINE, ROW, Chunk, Doubt

WHOLE = "whole row"
AMOUNT = r"-?\d{1,12}(?:\.\d{1,6})?"


class Grouping:
    """Processes the chunks of a file in order, and remembers the product above each chunk."""

    def __init__(self, recipe: Recipe, names: Sequence[str], sku: int | None) -> None:
        self._group = next(iter(recipe.places(names, [recipe.group])), None) if recipe.group else None
        self._starts = next(iter(recipe.places(names, [recipe.starts])), None) if recipe.starts else None
        runs = self._group is not None or self._starts is not None
        self._fill = recipe.places(names, recipe.fill) if runs else []
        pairs = [(recipe.places(names, [one]), recipe.places(names, [other])) for one, other in recipe.instead.items()]
        self._instead = [(one[0], other[0]) for one, other in pairs if one and other]
        pairs = [(recipe.places(names, [one]), recipe.places(names, [other])) for one, other in recipe.adds.items()]
        self._adds = [(one[0], other[0]) for one, other in pairs if one and other]
        self._head = next(iter(recipe.places(names, [recipe.head])), None) if recipe.head else None
        self._without = recipe.places(names, recipe.without)
        self._none = {
            place: {value.casefold() for value in values}
            for column, values in recipe.no_products.items()
            for place in recipe.places(names, [column])
        }
        self._view = next(iter(recipe.places(names, [recipe.view])), None) if recipe.view else None
        self._sku = sku
        self._seen: set[str] = set()
        self._name = ""  # of the product above
        self._above: dict[int, str] = {}  # its cells

    @property
    def changes_rows(self) -> bool:
        """Whether it changes any row."""
        return bool(self._fill or self._without or self._none or self._instead or self._adds or self._view is not None)

    def see(self, chunk: Chunk) -> Chunk:
        """The chunk with shared cells filled in, and without rows that are not products, which count as blank."""
        if not self.changes_rows or not len(chunk.frame):
            return chunk
        frame = self._replaced(chunk.frame.sort_values(ROW, kind="stable").reset_index(drop=True))
        empty = (frame.drop(columns=[ROW, LINE]).apply(lambda cells: cells.str.strip()) == "").all(axis=1)
        none = (self._no_products(frame) | self._heads(frame)) & ~empty
        views = self._views(frame, none) & ~empty
        filled = self._added(self._filled(frame))
        doubts = [*chunk.doubts, *_doubts("no_product_rows", frame, none), *_doubts("view_rows", frame, views)]
        gone = none | views
        kept = filled[~gone] if gone.any() else filled
        return replace(chunk, frame=kept.reset_index(drop=True), blank=chunk.blank + int(gone.sum()), doubts=doubts)

    def _no_products(self, frame: pd.DataFrame) -> pd.Series:
        """Rows without the cells of a product, or with a value that marks another kind of row."""
        none = pd.Series(False, index=frame.index)
        if self._without:
            none |= (frame[list(map(str, self._without))].apply(lambda cells: cells.str.strip()) == "").all(axis=1)
        for place, values in self._none.items():
            none |= frame[str(place)].str.strip().str.casefold().isin(values)
        return none

    def _heads(self, frame: pd.DataFrame) -> pd.Series:
        """Rows that only begin a product: its variants, with the SKUs, are in the rows below."""
        if self._head is None or self._sku is None or self._group is None:
            return pd.Series(False, index=frame.index)
        heads = (frame[str(self._sku)].str.strip() == "") & (frame[str(self._head)].str.strip() != "")
        group = frame[str(self._group)].str.strip()
        goes_on = (group == group.shift(-1)) | (frame.index == frame.index[-1])
        return pd.Series(heads & goes_on, index=frame.index)

    def _added(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Amounts with their surcharges added. If one of the two is not a plain number, the cell is unchanged."""
        made = {}
        for one, other in self._adds:
            sums = pd.DataFrame({"one": frame[str(one)].str.strip(), "other": frame[str(other)].str.strip()})
            plain = sums["one"].str.fullmatch(AMOUNT) & sums["other"].str.fullmatch(AMOUNT)
            added = [str(Decimal(a) + Decimal(b)) for a, b in sums[plain].itertuples(index=False)]
            cells = frame[str(one)].copy()
            cells[plain] = added
            made[str(one)] = cells.astype("str")
        return frame.assign(**made) if made else frame

    def _views(self, frame: pd.DataFrame, none: pd.Series) -> pd.Series:
        """Rows of store views whose product has its own row above."""
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

    def _replaced(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Fill blank cells from the column that some rows use instead."""
        made = {}
        for one, other in self._instead:
            cells = frame[str(one)]
            made[str(one)] = cells.mask(cells.str.strip() == "", frame[str(other)]).astype("str")
        return frame.assign(**made) if made else frame

    def _runs(self, frame: pd.DataFrame) -> tuple[pd.Series, pd.Series, bool]:
        """The number of each row's product, which rows belong to one, and whether the first continues the one above."""
        if self._starts is not None:
            begins = frame[str(self._starts)].str.strip() != ""
            goes_on = not begins.iloc[0]
            return begins.cumsum() + int(goes_on), pd.Series(True, index=frame.index), goes_on
        group = frame[str(self._group)].str.strip()
        before, self._name = self._name, str(group.iloc[-1])
        return (group != group.shift()).cumsum(), group != "", bool(before) and group.iloc[0] == before

    def _filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Fill blank cells from the first row of their product."""
        if not self._fill:
            return frame
        runs, belongs, goes_on = self._runs(frame)
        made = {}
        for place in self._fill:
            cells = frame[str(place)]
            filled = cells.mask(cells.str.strip() == "")
            if goes_on and self._above.get(place):
                filled = filled.mask((runs == 1) & filled.isna(), self._above[place])
            first_of_product = filled.groupby(runs).transform("first")
            filled = filled.fillna(first_of_product.where(belongs))
            made[str(place)] = filled.fillna("").astype("str")
        self._above = {place: made[str(place)].iloc[-1] for place in self._fill}
        return frame.assign(**made)


def _doubts(code: str, frame: pd.DataFrame, found: pd.Series) -> list[Doubt]:
    if not found.any():
        return []
    first = frame[found].iloc[0]
    cells = [cell for cell in first.drop([ROW, LINE]).tolist() if cell.strip()]
    return [Doubt(code, int(found.sum()), int(first[LINE]), WHOLE, ", ".join(cells[:5]))]
