"""The result of matching the columns of a file, passed to everything that reads rows."""

import dataclasses
from dataclasses import dataclass

from catalog.importer.options.column_names import distinct
from catalog.importer.values.clean_up_steps import Steps


@dataclass(frozen=True)
class Derived:
    """A derived column: several columns joined, or the same text in every row."""

    target: str  # field or attribute
    positions: tuple[int, ...] = ()
    separator: str = " "
    text: str = ""


@dataclass(frozen=True)
class Units:
    """Where a file says how many decimals a price in the smallest unit of its currency has, as positions of columns.

    `digits` has the number of decimals, `currency` the code of the currency; `usual` is the number for rows in which
    that cell is blank or not known. None: the rows of the file differ.
    """

    digits: int | None
    currency: int | None
    usual: int | None


@dataclass(frozen=True)
class Columns:
    """How the columns of a header are used: positions count from 0, names are as in the file."""

    names: tuple[str, ...]
    fields: dict[str, int]  # field -> position
    attributes: dict[str, int]  # attribute -> position
    ours: bool = False  # our own export: its apostrophes before formulas are removed
    header: bool = True  # the file itself names them
    returned: bool = False  # a returned file of rejected rows, with two more columns for the reason
    derived: tuple[Derived, ...] = ()  # their positions continue after those of the file
    steps: dict[int, Steps] = dataclasses.field(default_factory=dict)  # by position
    numbers: str = "plain"  # how prices are written: see `numbers`
    units: Units | None = None  # of prices in the smallest unit of their currency
    rounds: bool = False  # prices with more decimals than can be stored are rounded
    currency: frozenset[str] = frozenset()  # the currency of the prices, by its names: see `written_prices`
    sheet: bool = False  # a workbook, whose cells have names such as D7
    guarded: bool = False  # a file of another program: its guards before cells are removed
    rest: int | None = None  # column of an export of Catalog: attributes without their own column
    opened: frozenset[int] = frozenset()  # columns whose cells hold several attributes: see `attribute_pairs`
    known: bool = False  # the rows belong to products of the catalog, so unusual SKUs and names are accepted
    by_value: tuple[str, ...] = ()  # fields whose columns were found by their values, in a file without a header
    price_like: str = ""  # a column that may be the price, if there is no price

    @property
    def hold_attributes(self) -> bool:
        """Whether any column becomes an attribute."""
        return bool(self.attributes) or self.rest is not None

    @property
    def in_frame(self) -> list[str]:
        """The columns of a chunk's frame that are the file's own."""
        return [str(position) for position in range(len(self.names))]

    def name_of(self, wanted: str) -> str:
        """The name of a field's column in the file, for messages: "brand + model" if it is combined."""
        position = self.fields[wanted]
        if position < len(self.names):
            return self.names[position]
        parts = self.derived[position - len(self.names)].positions
        return " + ".join(self.names[part] for part in parts) or wanted

    def parts_of(self, wanted: str) -> tuple[int, ...]:
        """The columns of the file that make a field; empty for a fixed text."""
        return self.parts_at(self.fields[wanted])

    def parts_at(self, position: int) -> tuple[int, ...]:
        """The columns of the file that make the column at a position."""
        if position < len(self.names):
            return (position,)
        return self.derived[position - len(self.names)].positions

    def called(self) -> dict[str, str]:
        """Field -> name of its column in the file; fixed texts are missing."""
        return {one: self.name_of(one) for one in self.fields if self.parts_of(one)}

    def meaning(self) -> dict[str, str]:
        """Column -> how it is used, for people: a field, "attribute", "dropped" and so on."""
        attribute_of = {position: name for name, position in self.attributes.items()}
        meanings: dict[str, str] = {}
        for position, name in enumerate(distinct(self.names)):
            made = [field for field, at in self.fields.items() if at == position]
            made += [f"part of {one.target}" for one in self.derived if position in one.positions]
            if position in attribute_of:
                kept = attribute_of[position]
                made.append("attribute" if kept == name or self.ours else f"attribute {kept}")
            if position == self.rest:
                made.append("attributes")
            meanings[name] = ", ".join(made) or "dropped"
        return meanings
