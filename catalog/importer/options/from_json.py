"""Options that come from elsewhere as JSON: taken only if each is of its kind, and one that a person could have chosen."""

import re
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from catalog.importer.errors import Rejected, quoted
from catalog.importer.files.encoding.encodings import known
from catalog.importer.options.checks import check
from catalog.importer.options.limits import FORM
from catalog.importer.options.options import BLANKS, Options

KINDS = get_type_hints(Options)
MOST_LINES = 2**31


def options_from(stored: dict[str, Any]) -> Options:
    """The options in a stranger's JSON; those that are not said have their default. Raises Rejected, naming the one that can't be."""
    for name, value in stored.items():
        if name not in KINDS or not _fits(value, KINDS[name]):
            raise Rejected(f"{quoted(str(value))} can't be {name} of an import.")
    options = Options.from_json(stored)
    check(options)
    if wrong := [name for name, right in _sensible(options).items() if not right]:
        raise Rejected(f"The {wrong[0]} can't be that.")
    return options


def _sensible(options: Options) -> dict[str, bool]:
    """Name -> whether its value is one of those that make sense, where the kind does not say it."""
    mark = options.delimiter
    skip, policy = options.skip, options.max_errors
    return {
        "blanks": all(does in BLANKS for does in options.blanks.values()),
        "delimiter": not mark or len(mark) == 1 and mark.isascii() and mark not in '"\r\n\0',
        "encoding": not options.encoding or known(options.encoding) is not None,
        "max_errors": not policy or re.fullmatch(FORM, policy) is not None,
        "skip": skip is None or 0 <= skip < MOST_LINES,
    }


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind, all through; true and false are no numbers."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return value in parts
    if origin is UnionType:
        return any(_fits(value, part) for part in parts)
    if origin is list:
        return type(value) is list and all(_fits(one, parts[0]) for one in value)
    if origin is dict:
        return type(value) is dict and all(_fits(k, parts[0]) and _fits(v, parts[1]) for k, v in value.items())
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        whole = type(value) is dict and kind.__required_keys__ <= {*value} <= {*hints}
        return whole and all(_fits(one, hints[name]) for name, one in value.items())
    return type(value) is kind
