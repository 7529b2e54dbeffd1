"""The table of columns of the first look: the values of each column, what it becomes, and its controls."""

from __future__ import annotations

from dataclasses import dataclass

from catalog import importer
from catalog.web.pages.imports.steps.mapping_rows import ATTRIBUTE, SKIP, Change, Rows

STEPS = {
    "trim": "Trim spaces",
    "collapse": "Collapse repeated spaces",
    "upper": "UPPER CASE",
    "lower": "lower case",
    "replace": "Replace text",
    "default": "Fill blank cells",
}
"""Step -> what the page calls it."""
BLANKS = {"clear": "Blank cells clear the field", "keep": "Blank cells keep the value"}


@dataclass(frozen=True)
class Column:
    """A row of the table. `use` is the person's choice, one of `uses`. `result` says what the column becomes."""

    number: int
    facts: importer.ColumnFacts
    use: str
    uses: tuple[tuple[str, str], ...]
    result: str
    kind: str  # field, attribute or skipped
    attribute: str  # the new name of the attribute, empty if it keeps its own
    blank: str
    steps: tuple[Change, ...]
    clashes: bool  # another column is chosen for the same field

    @property
    def name(self) -> str:
        """The name in the file."""
        return self.facts.name.strip() or f"column {self.number}"

    @property
    def can_be_blank(self) -> bool:
        """Whether a blank cell is allowed."""
        return self.result not in ("SKU", "Name")

    @property
    def extras(self) -> str:
        """The steps and the rule for blank cells, in words."""
        said = [STEPS.get(step.step, step.step) for step in self.steps if step.step]
        return ", ".join([*said, *([BLANKS[self.blank]] if self.blank else [])])

    @property
    def fill(self) -> str:
        """The share of cells with a value: 93%."""
        return _percent(self.facts.filled, self.facts.rows)

    @property
    def unique(self) -> str:
        """The share of distinct values: 100%."""
        return _percent(self.facts.distinct, self.facts.filled)


def columns_of(look: importer.Look, rows: Rows) -> list[Column]:
    """The rows of the table of a look, with the choices."""
    fields = {at: field for field, at in look.fields.items()}
    meanings = list(look.columns.meaning().values()) if look.columns else ["attribute"] * len(look.facts)
    clashing = {number for numbers in rows.clashes.values() for number in numbers}
    return [
        _column(number, facts, _result(fields.get(number - 1, ""), meant), rows, clashes=number in clashing)
        for number, (facts, meant) in enumerate(zip(look.facts, meanings, strict=False), start=1)
    ]


def _column(number: int, facts: importer.ColumnFacts, result: tuple[str, str], rows: Rows, *, clashes: bool) -> Column:
    """One row of the table."""
    own = _own_name(facts, number)
    is_attribute = number in rows.attributes
    use = rows.fields.get(number) or (SKIP if number in rows.dropped else ATTRIBUTE + own if is_attribute else "")
    name = rows.names.get(number, "")
    steps = tuple(one for one in rows.changes if one.column == f"#{number}")
    return Column(
        number,
        facts,
        use,
        _uses(own, "" if use else result[0]),
        *result,
        attribute="" if name == own else name,
        blank=rows.blanks.get(number, ""),
        steps=steps,
        clashes=clashes,
    )


def _result(field: str, meant: str) -> tuple[str, str]:
    """What a column becomes, in words, and the kind: field, attribute or skipped."""
    if field:
        return importer.LABELS[field], "field"
    if meant == "dropped":
        return "Skipped", "skipped"
    if meant.startswith("attribute"):
        return "Attribute", "attribute"
    return meant.capitalize(), "field"  # a part of a join


def _uses(own: str, detected: str) -> tuple[tuple[str, str], ...]:
    """The choices for a column: value and label."""
    first = f"{detected} (detected)" if detected else "Detect"
    fields = [(name, importer.LABELS[name]) for name in importer.FIELDS]
    return ("", first), *fields, (ATTRIBUTE + own, "Attribute"), (SKIP, "Skip")


def _own_name(facts: importer.ColumnFacts, number: int) -> str:
    """The name of a column as an attribute. Names of fields are changed, because attributes can't have them."""
    name = facts.name.strip() or f"column {number}"
    return f"{name} (file)" if importer.is_reserved(name) else name


def _percent(part: int, whole: int) -> str:
    """A share in percent. Only all is 100%, and only nothing is 0%."""
    if not whole:
        return "–"
    share = 100 * part / whole
    rounded = min(max(round(share), 1), 99) if 0 < part < whole else round(share)
    return f"{rounded}%"
