"""The choices of an import in words: "SKU from “Article no.”, price from “VK”, skips 3 columns, prices like 1,50"."""

from collections.abc import Iterator

from catalog.importer.files.encoding.names import ENCODINGS
from catalog.importer.options.options import CHOICES, Options
from catalog.importer.options.separators import NAMES
from catalog.importer.values.fields import LABELS, NUMBERS
from catalog.notation import plural

GONE = {"deactivate": "deactivated", "delete": "deleted"}


def contents(options: Options) -> str:
    """The choices that differ from the defaults, in words; "as detected" if there are none."""
    return ", ".join([*_of_columns(options), *_of_reading(options), *_of_rows(options)]) or "as detected"


def _of_columns(options: Options) -> Iterator[str]:
    for field, column in options.columns.items():
        yield f"{_label(field)} from {_called(column)}" if column else f"no {_label(field)}"
    for target, joined in options.joined.items():
        yield f"{_label(target)} from {' + '.join(map(_called, joined['columns']))}"
    for target, text in options.constants.items():
        yield f"{_label(target)} is always “{text}”"
    renamed = [
        f"{_called(column)} as {name}" for column, name in options.attributes.items() if _is_renamed(column, name)
    ]
    yield from renamed if len(renamed) <= 2 else [f"{plural(len(renamed), 'column')} renamed"]
    if skipped := sum(1 for name in options.attributes.values() if not name):
        yield f"{plural(skipped, 'column')} skipped"
    if cleaned := sum(1 for steps in options.transforms.values() if steps):
        yield f"{plural(cleaned, 'column')} cleaned up"
    if options.blanks:
        yield f"{plural(len(options.blanks), 'rule')} for blank cells"


def _of_reading(options: Options) -> Iterator[str]:
    if options.encoding:
        yield encoding(options.encoding)
    if options.delimiter:
        yield separator(options.delimiter)
    if not options.header:
        yield "no header row"
    if options.skip:
        yield f"{plural(options.skip, 'line')} above the header"
    if options.sheet:
        yield f"sheet “{options.sheet}”"
    if options.numbers:
        yield prices(options.numbers)


def encoding(name: str) -> str:
    """An encoding in short words: Windows-1252."""
    return ENCODINGS.get(name, name).partition(",")[0]


def separator(text: str) -> str:
    """What separates cells: semicolon, or the character itself."""
    return NAMES.get(text, f"separator {text}")


def prices(numbers: str) -> str:
    """How prices are written, by one of NUMBERS: "prices like 1.234,50"."""
    return f"prices like {NUMBERS[numbers]}"


def _of_rows(options: Options) -> Iterator[str]:
    """The choices about rows that differ from the defaults, in words."""
    if options.mode != "upsert":
        absent = f": products that are not in the file are {GONE[options.absent]}" if options.mode == "sync" else ""
        yield CHOICES["mode"].words[options.mode].lower() + absent
    said = {
        "new products are inactive": not options.active,
        "blank cells keep the value": options.blank == "keep",
        "other columns skipped": options.extra == "drop",
        "no row may be rejected": options.max_errors == "0",
        "review first": options.review,
    }
    yield from (words for words, holds in said.items() if holds)
    if options.max_errors not in ("", "0"):
        yield f"at most {options.max_errors} of the rows may be rejected"


def _is_renamed(column: str, name: str) -> bool:
    return bool(name) and name.casefold() != column.strip().casefold()


def _label(target: str) -> str:
    """A field for the middle of a sentence; an attribute by its name."""
    return "SKU" if target == "sku" else LABELS[target].lower() if target in LABELS else target


def _called(column: str) -> str:
    return f"column {column[1:]}" if column[:1] == "#" else f"“{column}”"
