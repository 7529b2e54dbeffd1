"""What looks wrong in the cells of one column: which checks a column gets, and which of its cells fail."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
from pyarrow import compute

from catalog.importer import invisible_characters
from catalog.importer.columns import price_names
from catalog.importer.columns.result import Columns
from catalog.importer.values import damage, guards, invisible_in_cells
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.values.texts import Mask, Texts
from catalog.importer.warnings import codes, languages

LONG_BYTES = 64  # average bytes of a cell, above which only the first chunk is checked

UNITS, SEVERAL = r"(?:10{0,4}(?:[.,]0+)?)?", r"^\s*10{1,4}(?:[.,]0+)?\s*$"
ZERO = r"^0+(?:[.,]0*)?(?:\s.*)?$"

Found = tuple[str, str, Mask]  # code, kind within the code, cells


@dataclass(frozen=True)
class ColumnKinds:
    """The kinds of columns of a file, by position."""

    codes: set[int]
    barcodes: dict[int, bool]  # True: only barcodes are allowed
    skus: frozenset[int]
    names: frozenset[int]
    cleaned: frozenset[int]  # prices and booleans, whose invisible characters are removed
    prices: frozenset[int]
    guarded: bool
    sheet: bool
    in_cents: bool
    price_units: frozenset[int]  # how many pieces a price is for
    view: int | None  # tells languages or views of a shop apart
    view_name: str

    def warnings(self, position: int, texts: Texts, first: bool) -> Iterator[Found]:
        """The checks of a column that found cells; `first`: it is the first chunk of the file."""
        if not len(texts):
            return
        yield from self._begun(texts)
        long = len(texts.bytes) >= LONG_BYTES * len(texts)
        if not texts.is_ascii and (first or not long):
            yield from _damaged(texts, long)
        if self.sheet and position not in self.cleaned:
            yield "rounded_codes", "", codes.rounded(texts)
        if position in self.codes:
            yield from _spoilt(texts)
        if position in self.barcodes:
            yield "invalid_barcode", "", codes.invalid(texts, self.barcodes[position])
        if position in self.skus | self.names:
            yield "entities", "", texts.matching(damage.ENTITY, texts.holding("&"))
        if position in self.prices:
            yield "zero_price", "", texts.matching(ZERO, texts.first == ord("0"))
        if self.in_cents and position in self.prices:
            yield "in_cents", "", texts.matching(r"[0-9]")
        if position in self.price_units:
            yield "per_quantity", "", texts.matching(SEVERAL, texts.first == ord("1"))
        if position in self.skus | self.names | self.cleaned and not texts.is_plain:
            yield from self._unseen(position, texts)

    def _begun(self, texts: Texts) -> Iterator[Found]:
        """Warnings about formulas, and about guards of other programs."""
        if not guards.may_have(texts):
            return
        formula = guards.formulas(texts)
        for kind, found in zip(guards.KINDS, guards.found(texts), strict=True):
            formula &= ~found
            if self.guarded:
                yield "guard", kind, found
        yield "formula", "", formula

    def _unseen(self, position: int, texts: Texts) -> Iterator[Found]:
        """Warnings about invisible characters in a SKU, a name or a price."""
        if position in self.skus:
            bare = Texts(compute.utf8_trim(texts.values, WHITE_SPACE))
            yield "invisible_in_sku", "", bare.matching(invisible_characters.UNSEEN, texts.strange)
        elif invisible_in_cells.may_be_in(texts):
            names = position in self.names
            pattern = invisible_characters.IN_NAMES if names else invisible_characters.IN_NUMBERS
            yield "invisible", "", texts.matching(pattern, texts.strange)


def kinds_of(columns: Columns, cells: pd.DataFrame) -> ColumnKinds:
    """The kinds of columns of a file, by their names and first rows."""
    named, barcodes = codes.columns_of(columns)
    free = set(columns.attributes.values()) - named
    width = len(columns.names)
    like = {at for at in free if at < width and codes.look_like_codes(Texts(cells[str(at)]))}
    parts = partial(_parts, columns)
    view = languages.column_of(columns, cells)
    return ColumnKinds(
        named | like,
        barcodes,
        parts("sku"),
        parts("name"),
        parts("price") | parts("active"),
        parts("price"),
        columns.guarded and not columns.ours,
        columns.sheet,
        columns.numbers == "cents",
        frozenset(
            at for at, name in enumerate(columns.names) if parts("price") and _is_price_unit(name, cells[str(at)])
        ),
        view,
        "" if view is None else columns.names[view],
    )


def _parts(columns: Columns, field: str) -> frozenset[int]:
    return frozenset(columns.parts_of(field) if field in columns.fields else ())


def _is_price_unit(name: str, cells: pd.Series) -> bool:
    """Whether a column says for how many pieces the price of its row is: 1, 10, 100 or 1,000."""
    return price_names.is_price_unit(name) and bool(cells.str.strip().str.fullmatch(UNITS).all())


def _damaged(texts: Texts, long: bool) -> Iterator[Found]:
    twice, gone = damage.decoded_twice(texts, long), damage.gone(texts)
    if twice is not None:
        yield "decoded_twice", "", twice
    if gone is not None:
        yield "letters_gone", "", gone


def _spoilt(texts: Texts) -> Iterator[Found]:
    yield "scientific", "", codes.scientific(texts)
    yield "date_codes", "", codes.dates(texts)
    yield "decimal_codes", "", codes.decimals(texts)
