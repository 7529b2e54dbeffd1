"""The parts of the docs that are made of the choices of an import: `python -m tests.support.choices` writes them."""

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
"""Commands that take choices -> what these are about."""


def usage(*about: str) -> str:
    """The options of a command, as a cell of a table."""
    found = []
    for name, choice in CHOICES.items():
        if choice.flag and choice.about in about:
            what = choice.metavar or "|".join(filter(None, choice_values(name)))
            found.append(f"[{choice.flag.replace('/', '|')}{what and ' ' + what}]")
            found += [f"[{choice.short[0]}]"] if choice.short else []
    return " ".join([*found, "[--mapping JSON|@FILE]", "[--template NAME]"]).replace("|", "\\|")


def table() -> str:
    """Every choice, one a row."""
    rows = ["| choice | command | values | default | what it does |", "|---|---|---|---|---|"]
    for name, choice in CHOICES.items():
        default = getattr(Options(), name)
        words = choice.default or {True: "true", False: "false"}.get(default, default) if default != {} else "none"
        listed = ", ".join(f"`{value}`" for value in choice_values(name) if value) or choice.metavar or _kind(name)
        flag = f"`{choice.flag}`" if choice.flag else ""
        rows.append("| " + " | ".join(_cell(text) for text in (f"`{name}`", flag, listed, words, choice.help)) + " |")
    return "\n".join(rows)


def _kind(name: str) -> str:
    return {bool: "true, false", dict: "COLUMN=keep, COLUMN=clear"}[type(getattr(Options(), name))]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def with_choices(text: str) -> str:
    """A page of the docs with all that is made of the choices."""
    made = f"{BEGIN}\n\n{table()}\n\n{END}"
    text = re.sub(f"{BEGIN}.*?{END}", lambda _: made, text, flags=re.DOTALL)
    for command, about in COMMANDS.items():
        row = re.compile(
            rf"^(\| `{command}[^\[\n]*(?:\[--(?:name|schedule|time-zone) [^\]]*\] )*).*?((?: \[--(?:priority [^\]]*|skip-same|json)\])*` \|)",
            re.MULTILINE,
        )
        text = row.sub(lambda found, about=about: found[1] + usage(*about) + found[2], text)
    return text


def main() -> None:
    """Write them."""
    for page in (DOCS / "commands.md", DOCS / "import.md"):
        page.write_text(with_choices(page.read_text()))


if __name__ == "__main__":
    main()
