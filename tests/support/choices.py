"""The tables of docs/import.md that are made of an import's choices: `python -m tests.support.choices` writes them."""

import re
from pathlib import Path

from catalog.importer import CHOICES, Options, choice_values

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- choices: made by python -m tests.support.choices -->", "<!-- end of choices -->"
COMMANDS = {
    "catalog import": ("rows", "reading", "columns", "asking"),
    "catalog look": ("rows", "reading", "columns"),
    "catalog retry": ("reading", "columns"),
    "catalog source add": ("rows", "reading", "columns"),
}
"""Commands that take choices, `[CHOICES]` in docs/commands.md -> what these are about."""


def options_of(command: str) -> set[str]:
    """The options that `[CHOICES]` stands for in the docs of a command."""
    found = {"--mapping", "--template"}
    for choice in CHOICES.values():
        if choice.flag and choice.about in COMMANDS.get(command, ()):
            found |= {*choice.flag.split("/"), *(choice.short or ())[:1]}
    return found


SECTIONS = {
    "What to do with the rows": ("rows", "asking"),
    "How the file is read": ("reading",),
    "Columns": ("columns",),
}


def tables() -> str:
    """Every choice, one a row, in a table for each thing that choices are about."""
    return "\n\n".join(f"**{title}**\n\n{_table(about)}" for title, about in SECTIONS.items())


def _table(about: tuple[str, ...]) -> str:
    rows = ["| choice | command | values | default | what it does |", "|---|---|---|---|---|"]
    for name, choice in CHOICES.items():
        if choice.about not in about:
            continue
        default = getattr(Options(), name)
        words = choice.default or {True: "true", False: "false"}.get(default, default) if default != {} else "none"
        listed = ", ".join(f"`{value}`" for value in choice_values(name) if value) or choice.metavar or _kind(name)
        flag = f"`{choice.flag}`" if choice.flag else ""
        if choice.short:
            flag += f", `{choice.short[0]}`"
        rows.append("| " + " | ".join(_cell(text) for text in (f"`{name}`", flag, listed, words, choice.help)) + " |")
    return "\n".join(rows)


def _kind(name: str) -> str:
    return {bool: "true, false", dict: "COLUMN=keep, COLUMN=clear"}[type(getattr(Options(), name))]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_choices(text: str) -> str:
    """A page of the docs with the tables of all choices."""
    made = f"{BEGIN}\n\n{tables()}\n\n{END}"
    return re.sub(f"{BEGIN}.*?{END}", lambda _: made, text, flags=re.DOTALL)


def main() -> None:
    """Write them."""
    page = DOCS / "import.md"
    page.write_text(with_choices(page.read_text()))


if __name__ == "__main__":
    main()
