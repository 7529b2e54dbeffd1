"""The step from a header to columns: the use of each column, and the number format of the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from catalog.importer.columns import aliases, price_names, recipes, smallest_units
from catalog.importer.columns.clean_up import shaped
from catalog.importer.columns.match import REQUIRED, is_open, match
from catalog.importer.columns.result import Columns, Derived
from catalog.importer.errors import Rejected, quoted
from catalog.importer.invisible_characters import visible
from catalog.importer.opening.evidence import ask, by_values
from catalog.importer.opening.evidence.decide import decide
from catalog.importer.opening.evidence.first_rows import first_rows
from catalog.importer.opening.grouped import Grouping
from catalog.importer.opening.header import Prepared
from catalog.importer.options import remembered
from catalog.importer.options.column_names import positions
from catalog.importer.options.options import Options
from catalog.importer.questions import Unanswered
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.rows.chunk import Chunk
from catalog.importer.values import currencies, numbers, written_prices
from catalog.importer.values.fields import FIELDS
from catalog.importer.values.formulas import restored_name

TWICE = "Several columns are called {0}: {{}}. Choose which of them is the {0}."
EXAMPLE = 30  # longest cell in characters
AGAIN = re.compile(r"(?<=.)[ ._]*\(?\d{1,2}\)?$")  # what programs put behind a name that comes twice


@dataclass(frozen=True)
class Matched:
    """The matched columns of a file, the grouping of its rows, and its beginning."""

    columns: Columns
    beginning: pd.DataFrame
    grouping: Grouping | None = None

    def grouped(self, chunk: Chunk) -> Chunk:
        """A chunk after grouping its rows."""
        return self.grouping.see(chunk) if self.grouping else chunk


@dataclass(frozen=True)
class Opened(Prepared):
    """A file that is ready: its columns are known, and `reader` is before its first row."""

    columns: Columns = field(kw_only=True)
    matched: Matched = field(kw_only=True)

    def chunks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[Chunk]:
        """The rows, block by block. Raises Rejected."""
        return map(self.matched.grouped, self.reader.chunks(block_bytes))


def take_columns(prepared: Prepared, options: Options) -> Opened:
    """Decide the use of each column of the header. Raises Rejected, and Unanswered."""
    matched = match_columns(prepared, options)
    columns = with_prices(matched, prepared, options)
    names = tuple(map(restored_name, columns.names)) if columns.ours else columns.names
    prices = columns.numbers if "price" in columns.fields and columns.parts_of("price") else ""
    understood = replace(prepared.understood, numbers=prices, names=names, columns=columns.called())
    return Opened(**(vars(prepared) | {"understood": understood}), columns=columns, matched=matched)


def match_columns(prepared: Prepared, options: Options) -> Matched:
    """Match columns by a recipe, by name, and by the values of the first rows. Raises Rejected, and Unanswered."""
    names = prepared.reader.header
    is_chosen = not options.header
    options = remembered.with_fields(prepared.as_read(options), names)
    _reject_tables_beside(names, options)
    beginning = first_rows(prepared, len(names))
    options = _with_one_of_each(names, options, beginning)
    recipe = recipes.find(names, options)
    chosen = recipes.with_columns(recipe, names, options, _empty(beginning, len(names))) if recipe else options
    by_value = by_values.missing(names, chosen, beginning, is_chosen=is_chosen)
    if by_value:
        chosen = chosen.with_reading(columns=chosen.columns | by_value)
    columns = replace(match(names, chosen), by_value=() if options.header else tuple(by_value))
    if recipe:
        beginning = Grouping(recipe, names, columns.fields.get("sku")).see(Chunk(beginning)).frame
    if found := decide(columns, options, chosen, beginning):
        columns = match(names, chosen.with_reading(columns=chosen.columns | found))
    if not recipe:
        return Matched(columns, beginning)
    opened = {at for at in recipe.places(names, recipe.opens) if columns.attributes.get(names[at]) == at}
    columns = replace(columns, opened=frozenset(opened))
    return Matched(columns, beginning, Grouping(recipe, names, columns.fields.get("sku")))


def _reject_tables_beside(names: list[str], options: Options) -> None:
    """Raises Rejected if the header has SKU and name twice, as two tables side by side have: one would be lost."""
    if not options.header or not {"sku", "name"}.isdisjoint(options.columns):
        return
    plain = [AGAIN.sub("", name.strip()) for name in names]
    keys, labels = _places_of(("sku",), plain), _places_of(("name", "description"), plain)
    if len(keys) != len(labels) or len(keys) < 2:
        return
    ordered = [at for pair in zip(keys, labels, strict=True) for at in sorted(pair)]
    if ordered == sorted(ordered):
        first, second = keys[:2]
        raise Rejected(
            f"The file has tables beside each other: {quoted(names[first])} is column {first + 1}, and again column "
            f"{second + 1}. Move the tables below each other, under one header, and import the file again."
        )


def _with_one_of_each(names: list[str], options: Options, cells: pd.DataFrame) -> Options:
    """The options with the first of several columns called like one field, if all have the same cells.

    Raises Unanswered if their cells differ.
    """
    chosen = dict(options.columns)
    for one in FIELDS if options.header else ():
        places = positions(names, one) if is_open(one, options) else []
        if len(places) > 1 and str(places[0]) in cells:
            texts = {at: cells[str(at)].str.strip() for at in places}
            if not all(texts[at].equals(texts[places[0]]) for at in places):
                examples = {at: visible(text[text != ""].iloc[0])[:EXAMPLE] for at, text in texts.items() if any(text)}
                none = one not in REQUIRED
                made = Columns(tuple(names), {}, {})
                raise Unanswered(
                    ask.which(
                        one, TWICE.format("SKU" if one == "sku" else one), made, places, none=none, examples=examples
                    )
                )
            chosen[one] = ask.number(places[0])
    return options.with_reading(columns=chosen) if chosen != options.columns else options


def _places_of(fields: tuple[str, ...], names: list[str]) -> list[int]:
    """The positions of the likeliest name of the first of these fields that the header has, each time that it comes."""
    found = next((places for field in fields if (places := aliases.ranked(field, names, set()))), [])
    return [at for one in found[:1] for at, name in enumerate(names) if aliases.key(name) == aliases.key(names[one])]


def _empty(cells: pd.DataFrame, width: int) -> frozenset[int]:
    """The empty columns."""
    return frozenset(at for at in range(width) if str(at) in cells and not cells[str(at)].str.strip().any())


def with_prices(matched: Matched, prepared: Prepared, options: Options) -> Columns:
    """The columns with the number format, and whether they are from a sheet. Raises Unanswered."""
    columns = replace(matched.columns, sheet=prepared.is_sheet)
    if "price" not in columns.fields or not columns.parts_of("price"):
        return columns
    cells = shaped(matched.beginning, columns)[str(columns.fields["price"])].str.strip()
    columns = _with_currency(columns, written_prices.currency_of(cells), options)
    number_format = _number_format(cells, columns, options, matched.beginning)
    columns = replace(columns, numbers=number_format, rounds=options.decimals == "round")
    if number_format == "cents":
        name = columns.name_of("price")
        units = smallest_units.units_of(columns.names, name, matched.beginning, _money(columns))
        columns = replace(columns, units=units)
    if not options.decimals:
        numbers.reject_too_precise(written_prices.tidied(cells, columns.currency), columns.numbers)
    return columns


def _number_format(cells: pd.Series, columns: Columns, options: Options, beginning: pd.DataFrame) -> str:
    """How prices are written. Raises Unanswered."""
    if options.numbers:
        return options.numbers
    cells = written_prices.tidied(cells, columns.currency)
    exported = columns.ours and not columns.returned  # rejected rows have the format of their file
    if exported:
        return numbers.of_export(cells)
    money = _money(columns)
    has_cents = written_prices.has_cents(money)
    if has_cents and _are_cents(cells, columns, beginning):
        return "cents"
    return numbers.recognise(cells, cents=has_cents, comma_groups=written_prices.has_comma_groups(money))


def _money(columns: Columns) -> frozenset[str]:
    """The currency beside the prices, or in the name of their column."""
    return columns.currency | currencies.named_in(columns.name_of("price"))


def _are_cents(cells: pd.Series, columns: Columns, beginning: pd.DataFrame) -> bool:
    """Whether prices are in the smallest unit of their currency. Raises Unanswered if only some look like it."""
    name, names = columns.name_of("price"), columns.names
    priced = cells[numbers.looks_like_prices(cells) | numbers.fits(cells, "cents")]
    is_whole = numbers.fits(priced, "cents")
    whole, odd = priced[is_whole], priced[~is_whole]
    is_named = price_names.is_in_cents(name) or smallest_units.digits_of(names, name, beginning) is not None
    if not is_named:
        _ask_for_amounts(priced, columns, beginning)
    if not len(whole) or not is_named:
        return False
    if len(odd):
        raise smallest_units.PerhapsCents(name, whole.iloc[0], odd.iloc[0], _ways(odd))
    return True


def _ask_for_amounts(prices: pd.Series, columns: Columns, beginning: pd.DataFrame) -> None:
    """Raises Unanswered for whole amounts beside a currency: some programs write cents so, others whole prices."""
    name, names = columns.name_of("price"), columns.names
    large = prices[prices.str.fullmatch(r"[1-9]\d{2,}")]
    if not len(large) or not price_names.is_amount(name) or not prices.str.fullmatch(r"\d+").all():
        return
    is_paired = bool(columns.currency) or smallest_units.currency_of(names, name, beginning) is not None
    if is_paired and smallest_units.units_of(names, name, beginning, _money(columns)).usual != 0:
        raise smallest_units.PerhapsCents(name, large.iloc[0], "", ("plain",))


def _ways(odd: pd.Series) -> tuple[str, ...]:
    """How prices with decimals may be written."""
    try:
        return (numbers.recognise(odd),)
    except numbers.Unsure:
        return numbers.WAYS


def _with_currency(columns: Columns, currency: frozenset[str], options: Options) -> Columns:
    """The columns with the currency of the prices, which becomes an attribute."""
    columns = replace(columns, currency=currency)
    spoken = any(aliases.key(name).startswith("currency") for name in (*columns.names, *columns.attributes))
    if not currency or spoken or options.extra != "keep" or options.mode == "delete":
        return columns
    made = Derived("currency", text=max(currency, key=len))
    place = len(columns.names) + len(columns.derived)
    return replace(columns, derived=(*columns.derived, made), attributes=columns.attributes | {"currency": place})
