"""The one choice that would help most: those that may help are tried on the beginning of the file, and the best is offered.

What a person has chosen is never tried otherwise, but for a column that leaves rows without a SKU or a name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.importer.columns import aliases
from catalog.importer.errors import quoted
from catalog.importer.files.encoding.names import ENCODINGS
from catalog.importer.first_look import guesses
from catalog.importer.first_look.facts import ColumnFacts
from catalog.importer.first_look.result import Look
from catalog.importer.first_look.tries import Tried, Tries
from catalog.importer.first_look.verdict import Fix
from catalog.importer.options.options import Options
from catalog.importer.options.separators import NAMES
from catalog.importer.values.fields import NUMBERS

WORTH_TRYING = 0.02  # share of rejected rows, below which no choice is likely to be wrong
WORTH_TAKING = 0.02  # share of rows that a choice must make ready
MOST = 4  # number of choices of one kind that are tried
SHIFTED = ("too_few_cells", "too_many_cells", "stray_quote")
UNREADABLE = ("not_utf8", "not_in_encoding")


@dataclass(frozen=True)
class Candidate:
    """A choice that may help."""

    choices: dict[str, Any]
    words: str
    label: str
    is_reading: bool = False  # the text has to be read again


def best(seen: Look, options: Options, tries: Tries) -> Fix | None:
    """The choice that makes the most rows products; None if nothing is wrong, or nothing helps."""
    found = seen.verdict
    if seen.questions or (not seen.problem and found.rejected <= WORTH_TRYING * found.rows):
        return None
    now = Tried() if seen.problem else tries.columns(options)
    fixes = [_fix(one, options, tries) for one in _candidates(seen, options, tries)]
    good = [one for one in fixes if one.ready > now.products + WORTH_TAKING * one.rows]
    return max(good, key=lambda one: one.ready / max(one.rows, 1), default=None)


def _fix(one: Candidate, options: Options, tries: Tries) -> Fix:
    """The fix for a candidate, with its result."""
    wanted = options.with_reading(**one.choices)
    tried = tries.reading(wanted) if one.is_reading else tries.columns(wanted)
    return Fix(one.choices, one.words, one.label, tried.products, tried.rows)


def _candidates(seen: Look, options: Options, tries: Tries) -> Iterator[Candidate]:
    """Candidates that may help against the reasons for the rejections."""
    why = seen.verdict.reasons
    if seen.problem:
        yield from _headerless(seen, options, tries)
        yield from _missing(seen, options)
    if why.get("sku_blank") or why.get("sku_placeholder"):
        keys = [at for at in guesses.keys(seen.facts, seen.fields) if at != seen.fields.get("name")]
        yield from _other_columns("sku", "SKU", keys, seen, options)
    if why.get("name_blank") or why.get("name_placeholder"):
        yield from _other_columns("name", "name", guesses.names(seen.facts, seen.fields), seen, options)
    if why.get("price_invalid"):
        yield from _prices(seen, options)
    if why.get("active_invalid") and "active" not in options.columns:
        words = f"{_name(seen, 'active')} is neither yes nor no. Is it something else?"
        yield Candidate({"columns": options.columns | {"active": ""}}, words, "Keep it as an attribute")
    if tries.is_text and (seen.problem or any(code in why for code in (*SHIFTED, *UNREADABLE))):
        yield from _readings(seen, options)


def _missing(seen: Look, options: Options) -> Iterator[Candidate]:
    """Candidates of columns for required fields that were not found."""
    if "columns" not in seen.cures or seen.columns:
        return
    found = guesses.both(seen.facts, seen.fields)
    new = {field: at for field, at in found.items() if field not in seen.fields}
    if new and found.keys() >= {"sku", "name"}:
        said = " and ".join(f"{_called(seen.facts, at)} as the {LABELS[field]}" for field, at in new.items())
        columns = options.columns | {field: f"#{at + 1}" for field, at in new.items()}
        yield Candidate({"columns": columns}, f"Use {said}?", "Use " + ("it" if len(new) == 1 else "them"))


def _headerless(seen: Look, options: Options, tries: Tries) -> Iterator[Candidate]:
    """The candidate without a header: the first line may be a product."""
    if not options.header or not tries.is_text or "header" not in seen.cures or not guesses.are_values(seen.names):
        return
    bare = options.with_reading(header=False)
    found = guesses.both(tries.facts(bare), {})
    if found.keys() >= {"sku", "name"}:
        at = {field: f"#{place + 1}" for field, place in found.items()}
        sku, name = (quoted(seen.names[found[field]]) for field in ("sku", "name"))
        words = f"The first line looks like a product with the SKU {sku} and the name {name}. Is there no header row?"
        yield Candidate({"header": False, "columns": options.columns | at}, words, "No header row", is_reading=True)


LABELS = {"sku": "SKU", "name": "name"}


def _other_columns(field: str, label: str, places: list[int], seen: Look, options: Options) -> Iterator[Candidate]:
    """Candidates of other columns for a field that is empty in many rows."""
    taken = seen.fields.get(field)
    if taken is None:
        return
    for at in places[:MOST]:
        empty = round(100 * (1 - seen.facts[taken].fill))
        name = _called(seen.facts, at)
        words = f"{_called(seen.facts, taken)} is empty in {empty} % of the rows. Use {name} instead?"
        yield Candidate({"columns": options.columns | {field: f"#{at + 1}"}}, words, f"Use {name} as the {label}")


def _prices(seen: Look, options: Options) -> Iterator[Candidate]:
    """Candidates for prices: another number format, another column, or none."""
    name = _name(seen, "price")
    for way, shown in NUMBERS.items():
        if not options.numbers and seen.columns and way != seen.columns.numbers:
            yield Candidate({"numbers": way}, f"Are prices written like {shown}?", f"Read prices like {shown}")
    if "price" in options.columns:
        return
    places = aliases.ranked("price", seen.names, {*seen.fields.values()})
    for at in places[:MOST]:
        words = f"{name} contains texts that are not prices. Use {_called(seen.facts, at)} instead?"
        label = f"Use {_called(seen.facts, at)} as the price"
        yield Candidate({"columns": options.columns | {"price": f"#{at + 1}"}}, words, label)
    words = f"{name} contains texts that are not prices. Is it something else?"
    yield Candidate({"columns": options.columns | {"price": ""}}, words, "Import without prices")


def _readings(seen: Look, options: Options) -> Iterator[Candidate]:
    """Candidates for reading: other separators, encodings, and lines to skip."""
    read = seen.understood
    assert read is not None
    for mark, name in NAMES.items():
        if not options.delimiter and mark != read.delimiter:
            yield Candidate({"delimiter": mark}, f"Is the separator a {name}?", f"Use {name}", is_reading=True)
    for lines in range(1, MOST):
        if options.skip is None and lines > read.skip and seen.problem:
            label = f"Skip {lines} {'line' if lines == 1 else 'lines'}"
            words = f"Is the header below the first {lines} {'line' if lines == 1 else 'lines'}?"
            yield Candidate({"skip": lines}, words, label, is_reading=True)
    for encoding in ("cp1252", "cp1250", "cp1251"):
        if not options.encoding and any(code in seen.verdict.reasons for code in UNREADABLE):
            words = f"Is the text written in {ENCODINGS[encoding]}?"
            yield Candidate({"encoding": encoding}, words, f"Read as {ENCODINGS[encoding]}", is_reading=True)


def _name(seen: Look, field: str) -> str:
    return quoted(seen.columns.name_of(field)) if seen.columns and field in seen.columns.fields else f"The {field}"


def _called(known: tuple[ColumnFacts, ...], at: int) -> str:
    return quoted(known[at].name) if known[at].name.strip() else f"column {at + 1}"
