"""Questions about columns, with the columns of the file as their choices."""

from collections.abc import Mapping, Sequence

from catalog.importer.columns.result import Columns
from catalog.importer.errors import quoted
from catalog.importer.options.column_names import positions
from catalog.importer.questions import Question
from catalog.notation import listed

SHOWN = 6  # columns that a question offers


def which(
    field: str,
    message: str,
    columns: Columns,
    positions: Sequence[int],
    *,
    none: bool = False,
    examples: Mapping[int, str] | None = None,
) -> Question:
    """Ask which column a field is; `message` has {} for their names. With `none` it may be none of them.

    `examples` are values of the columns whose names say nothing.
    """
    told = examples or {}
    beside = [f" ({told[at]})" if at in told else "" for at in positions[:SHOWN]]
    names = [quoted(columns.names[at]) for at in positions[:SHOWN]]
    shown = listed(list(map("".join, zip(names, beside, strict=True))))
    choices = [choice(field, columns, at) for at in positions[:SHOWN]]
    return Question("columns", field, message.format(shown), (*choices, *([f"{field}="] if none else [])), "columns")


def choice(field: str, columns: Columns, at: int) -> str:
    """A column as a choice of a question: its name, or its number if the name is not unique."""
    name = columns.names[at]
    clear = positions(list(columns.names), name) == [at]
    return f"{field}={name if clear else f'#{at + 1}'}"


def number(at: int) -> str:
    """The number of a column as options write it: #3."""
    return f"#{at + 1}"
