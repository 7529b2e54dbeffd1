"""The fields of a product, declared once.

The importer, the change log, edits, exports, the API and the pages take their lists from here.

The columns themselves are the business of the tables: `models/products` and `models/changes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from psycopg2.sql import SQL, Composed, Identifier, Literal

from catalog.importer.values.formulas import KEPT, MARK, REST

PRICE = r"(?:[0-9]{1,12}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
"""A plain price, for Python and for RE2."""
NUMBERS = {"plain": "1234.50", "point": "1,234.50", "comma": "1.234,50", "cents": "123450 in cents"}
"""The ways in which prices are written, each by the number that shows it."""

SKU_LENGTH, NAME_LENGTH = 255, 1_000  # characters, the most that are stored


class Kind(Enum):
    """The kind of the values of a field. SKU and name occur once; other kinds any number of times."""

    SKU = "SKU"
    NAME = "name"
    TEXT = "text"
    PRICE = "price"
    YES_NO = "yes or no"


EMPTY = {Kind.TEXT: SQL("{} = ''"), Kind.PRICE: SQL("{} IS NULL")}


@dataclass(frozen=True)
class Field:
    """One field of a product."""

    name: str  # in files, tables, the API
    label: str  # on pages
    kind: Kind
    example: str | bool
    has_lines: bool = False  # a text of several lines, kept to the byte; others are trimmed
    can_be_set: bool = False  # for many products at once
    help: str = ""  # below the field in forms

    @property
    def column_type(self) -> str:
        """The type of the column in the database."""
        return {Kind.PRICE: "numeric", Kind.YES_NO: "boolean"}.get(self.kind, "text")


DECLARED = (
    Field("sku", "SKU", Kind.SKU, "TEA-001"),
    Field("name", "Name", Kind.NAME, "Green tea, 100 g"),
    Field("description", "Description", Kind.TEXT, "Loose leaf, first flush", has_lines=True, can_be_set=True),
    Field(
        "price",
        "Price",
        Kind.PRICE,
        "6.90",
        can_be_set=True,
        help="A plain number such as 1234.50; empty when there is none.",
    ),
    Field("active", "Active", Kind.YES_NO, True, can_be_set=True),
)
"""In the order of exports and forms. Bits of a plan's actions follow it too: see `actions`."""

FIELDS = tuple(field.name for field in DECLARED)
"""The names that files, forms and exports use."""
COLUMNS = (*FIELDS, "attributes")
"""The columns of a product that change sets change and log."""
TEXTS = tuple(field.name for field in DECLARED if field.kind is Kind.TEXT)
BLANK = {field.name: EMPTY[field.kind] for field in DECLARED if field.kind in EMPTY}
"""Field that may have no value -> SQL that is true if it has none."""
LABELS = {field.name: field.label for field in DECLARED}


def is_reserved(name: str) -> bool:
    """Whether no attribute may have this name, because the export would have two columns with it."""
    return name.strip().casefold() in (*FIELDS, MARK, KEPT, REST)


def each(piece: str = "{field}", columns: Iterable[str] = COLUMNS, joiner: str = ", ") -> Composed:
    """A piece of SQL for each of these columns of a product, with `joiner` between them.

    In it `{field}` is the column, `{name}` its name as a text, `{old}` the column of its old value in a plan.
    """
    pieces = (
        SQL(piece).format(field=Identifier(name), name=Literal(name), old=Identifier(f"old_{name}")) for name in columns
    )
    return SQL(joiner).join(pieces)
