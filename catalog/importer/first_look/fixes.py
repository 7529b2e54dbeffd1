"""The one choice that would help most: those that may help are tried on the beginning of the file; the best is offered.

Choices of a person are not changed, except the choice of a column that leaves rows without a SKU or a name.
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
from catalog.importer.opening.evidence.similar_names import may_be_names
from catalog.importer.options.options import Options
from catalog.importer.options.separators import NAMES
from catalog.importer.values.fields import NUMBERS
from catalog.importer.values.numbers import WAYS

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


def best(look: Look, options: Options, tries: Tries) -> Fix | None:
    """The choice that makes the most rows products; None if nothing is wrong, or nothing helps."""
    found = look.verdict
    if look.questions or (not look.problem and found.rejected <= WORTH_TRYING * found.rows):
        return None
    now = Tried() if look.problem else tries.columns(options)
    fixes = [_fix(one, options, tries) for one in _candidates(look, options, tries)]
    good = [one for one in fixes if one.ready > now.products + WORTH_TAKING * one.rows]
    return max(good, key=lambda one: one.ready / max(one.rows, 1), default=None)


def _fix(one: Candidate, options: Options, tries: Tries) -> Fix:
    """The fix for a candidate, with its result."""
    wanted = options.with_reading(**one.choices)
    tried = tries.reading(wanted) if one.is_reading else tries.columns(wanted)
    return Fix(one.choices, one.words, one.label, tried.products, tried.rows, tried.taken)


def _candidates(look: Look, options: Options, tries: Tries) -> Iterator[Candidate]:
    """Candidates that may help against the reasons for the rejections."""
    why = look.verdict.reasons
    if look.problem:
        yield from _headerless(look, options, tries)
        yield from _missing(look, options)
        yield from _without_names(look)
    if why.get("sku_blank") or why.get("sku_placeholder"):
        keys = [at for at in guesses.keys(look.facts, look.fields) if at != look.fields.get("name")]
        yield from _other_columns("sku", "SKU", keys, look, options)
    if why.get("name_blank") or why.get("name_placeholder"):
        found = guesses.names(look.facts, look.fields)
        named = [at for at in found if may_be_names(look.facts[at].name, look.facts[at].values)]
        yield from _other_columns("name", "name", named, look, options)
    if why.get("price_invalid"):
        yield from _prices(look, options)
    if why.get("active_invalid") and "active" not in options.columns:
        words = f"{_name(look, 'active')} is neither yes nor no. Is it something else?"
        yield Candidate({"columns": options.columns | {"active": ""}}, words, "Import without it")
    if tries.is_text and (look.problem or any(code in why for code in (*SHIFTED, *UNREADABLE))):
        yield from _readings(look, options)


def _missing(look: Look, options: Options) -> Iterator[Candidate]:
    """Candidates of columns for required fields that were not found."""
    if "columns" not in look.cures or look.columns:
        return
    found = guesses.both(look.facts, look.fields)
    new = {field: at for field, at in found.items() if field not in look.fields}
    if new and found.keys() >= {"sku", "name"}:
        said = " and ".join(f"{_called(look.facts, at)} as the {LABELS[field]}" for field, at in new.items())
        columns = options.columns | {field: f"#{at + 1}" for field, at in new.items()}
        yield Candidate({"columns": columns}, f"Use {said}?", "Use " + ("it" if len(new) == 1 else "them"))


def _without_names(look: Look) -> Iterator[Candidate]:
    """The candidate that only updates: a list of new prices or stocks."""
    if "mode" in look.cures:
        words = "The file has no names, but new products need names. Does the file only update existing products?"
        yield Candidate({"mode": "update"}, words, "Only update existing products")


def _headerless(look: Look, options: Options, tries: Tries) -> Iterator[Candidate]:
    """The candidate without a header: the first line may be a product."""
    if not options.header or not tries.is_text or "header" not in look.cures or not guesses.are_values(look.names):
        return
    bare = options.with_reading(header=False)
    found = guesses.both(tries.facts(bare), {})
    if found.keys() >= {"sku", "name"}:
        at = {field: f"#{place + 1}" for field, place in found.items()}
        sku, name = (quoted(look.names[found[field]]) for field in ("sku", "name"))
        words = f"The first line looks like a product with the SKU {sku} and the name {name}. Is there no header row?"
        yield Candidate({"header": False, "columns": options.columns | at}, words, "No header row", is_reading=True)


LABELS = {"sku": "SKU", "name": "name"}


def _other_columns(field: str, label: str, positions: list[int], look: Look, options: Options) -> Iterator[Candidate]:
    """Candidates of other columns for a field that is empty in many rows."""
    taken = look.fields.get(field)
    if taken is None:
        return
    for at in positions[:MOST]:
        empty = round(100 * (1 - look.facts[taken].fill))
        name = _called(look.facts, at)
        words = f"{_called(look.facts, taken)} is empty in {empty}% of the rows. Use {name} instead?"
        yield Candidate({"columns": options.columns | {field: f"#{at + 1}"}}, words, f"Use {name} as the {label}")


def _prices(look: Look, options: Options) -> Iterator[Candidate]:
    """Candidates for prices: another number format, another column, or none."""
    name = _name(look, "price")
    for way in ("plain", *WAYS):
        shown = NUMBERS[way]
        if not options.numbers and look.columns and way != look.columns.numbers:
            yield Candidate({"numbers": way}, f"Are prices written like {shown}?", f"Read prices like {shown}")
    if "price" in options.columns:
        return
    positions = aliases.ranked("price", look.names, {*look.fields.values()})
    for at in positions[:MOST]:
        words = f"{name} contains text that is not a price. Use {_called(look.facts, at)} instead?"
        label = f"Use {_called(look.facts, at)} as the price"
        yield Candidate({"columns": options.columns | {"price": f"#{at + 1}"}}, words, label)
    words = f"{name} contains text that is not a price. Is it something else?"
    yield Candidate({"columns": options.columns | {"price": ""}}, words, "Import without prices")


def _readings(look: Look, options: Options) -> Iterator[Candidate]:
    """Candidates for reading: other separators, encodings, and lines to skip."""
    read = look.understood
    assert read is not None
    for mark, name in NAMES.items():
        if not options.delimiter and mark != read.delimiter:
            yield Candidate({"delimiter": mark}, f"Is the separator a {name}?", f"Use {name}", is_reading=True)
    for lines in range(1, MOST):
        if options.skip is None and lines > read.skip and look.problem:
            label = f"Skip {lines} {'line' if lines == 1 else 'lines'}"
            words = f"Is the header below the first {'line' if lines == 1 else f'{lines} lines'}?"
            yield Candidate({"skip": lines}, words, label, is_reading=True)
    for encoding in ("cp1252", "cp1250", "cp1251"):
        if not options.encoding and any(code in look.verdict.reasons for code in UNREADABLE):
            words = f"Is the text written in {ENCODINGS[encoding]}?"
            yield Candidate({"encoding": encoding}, words, f"Read as {ENCODINGS[encoding]}", is_reading=True)


def _name(look: Look, field: str) -> str:
    return quoted(look.columns.name_of(field)) if look.columns and field in look.columns.fields else f"The {field}"


def _called(known: tuple[ColumnFacts, ...], at: int) -> str:
    return quoted(known[at].name) if known[at].name.strip() else f"column {at + 1}"
