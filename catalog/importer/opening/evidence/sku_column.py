"""The question which column is the SKU. It says how many products would be lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.importer.errors import quoted
from catalog.importer.questions import Question
from catalog.notation import listed, noun_of, plural

SHOWN = 4  # number of columns that are offered
BLANK = 0.1  # share of rows that is too large


@dataclass(frozen=True)
class Key:
    """A column as a key, counted in rows.

    `again` repeat the value of an earlier row, and `lost` of these are not the same row again.
    """

    name: str
    rows: int
    blank: int
    lost: int
    again: int

    @property
    def is_good(self) -> bool:
        """Whether every row has a different value."""
        return self.rows > 1 and not self.blank and not self.again

    @property
    def has_few_blanks(self) -> bool:
        """Whether it is blank in few rows, which then have no product or a wrong one."""
        return self.blank <= BLANK * self.rows

    @property
    def is_nearly_good(self) -> bool:
        """Whether it is a key of all rows but a few blank ones."""
        return self.rows > 1 and not self.again and self.has_few_blanks


def ask_for_key(taken: Key, others: Sequence[str]) -> Question:
    """The question, with the number of products that would be lost with this column."""
    lost = max(taken.lost, taken.again)
    why = [f"{plural(lost, 'product')} would be lost, because it repeats"] if lost else []
    if taken.blank:
        why.append(f"{plural(taken.blank, 'row')} would be rejected, because it is empty there")
    offered = others[:SHOWN]
    verb = noun_of(len(offered), "has", "have")
    better = f" {listed([quoted(name) for name in offered])} {verb} a different value in every row." if offered else ""
    if lost and not offered:
        kept = plural(taken.rows - taken.blank - lost, "product")
        better = (
            f" No other column has a different code in every row. If you keep {quoted(taken.name)}, only the last row "
            f"of each SKU is kept: {kept}."
        )
    begins = f"If {quoted(taken.name)} is the SKU of the {plural(taken.rows, 'row')}"
    message = f"{begins}, {' and '.join(why)}.{better} Choose which column is the SKU."
    return Question("columns", "sku", message, tuple(f"sku={name}" for name in (*offered, taken.name)), "columns")


def ask_for_other(taken: Key, rounded: str, others: Sequence[str]) -> Question:
    """Ask for another column, because a spreadsheet rounded the codes of this one."""
    message = (
        f"A spreadsheet rounded the codes in {quoted(taken.name)}, such as {quoted(rounded)}, so that different "
        "products have the same code. Get the file again with that column as text, or choose another column as the SKU."
    )
    return Question(
        "columns", "sku", message, tuple(f"sku={name}" for name in (*others[:SHOWN], taken.name)), "columns"
    )
