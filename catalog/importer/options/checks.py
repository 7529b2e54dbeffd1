"""Check the choices about columns before any file is read; errors name the column."""

import re
from collections.abc import Iterator
from typing import Any

from catalog.importer.errors import Rejected, quoted
from catalog.importer.options.options import Options
from catalog.importer.values.clean_up_steps import STEPS
from catalog.importer.values.fields import FIELDS, PRICE, is_reserved
from catalog.importer.values.yes_no import NO, YES

TEXT_LENGTH = 10_000  # longest constant, separator or replacement


def check(options: Options) -> None:
    """Check choices without a file. Raises Rejected, with the column in the message."""
    for text in _texts(options.to_json()):
        _check_text(text, f"The choice {quoted(text)}")
    _check_fields(options)
    for target, joined in options.joined.items():
        if not joined["columns"]:
            raise Rejected(f"Choose the columns to combine into {quoted(target)}.")
        _check_text(joined.get("separator", ""), f"The separator of {quoted(target)}")
    for target, text in options.constants.items():
        _check_constant(target, text)
    for column, steps in options.transforms.items():
        for step in steps:
            _check_step(column, step)
    for column, name in options.attributes.items():
        _check_text(name, f"The attribute of the column {quoted(column)}")
        _check_attribute(name.strip())


def _texts(value: Any) -> Iterator[str]:
    """All texts in the choices, including names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _check_fields(options: Options) -> None:
    """Check that each target has only one source. Raises Rejected."""
    for target in [*options.joined, *options.constants]:
        if not target.strip() or target != target.strip():
            raise Rejected("A combined column or a fixed value needs a field or an attribute as its target.")
        if target not in FIELDS:
            _check_attribute(target)
        column = options.columns.get(target, "")
        if column or (target in options.joined and target in options.constants):
            ways = [f"the column {quoted(column)}"] if column else []
            ways += ["combined columns"] if target in options.joined else []
            ways += ["a fixed value"] if target in options.constants else []
            raise Rejected(f"{quoted(target)} is chosen twice: {' and '.join(ways)}.")


def _check_attribute(name: str) -> None:
    if is_reserved(name):
        raise Rejected(f"{quoted(name)} is a field and can't be the name of an attribute.")


def _check_constant(target: str, text: str) -> None:
    _check_text(text, f"The fixed value for {quoted(target)}")
    if target == "sku":
        raise Rejected("Every product has its own SKU: it can't be a fixed value.")
    if target == "name" and not text.strip():
        raise Rejected("The fixed value for 'name' is empty.")
    if target == "price" and not re.fullmatch(PRICE, text):
        raise Rejected(f"The fixed price {quoted(text)} is not a plain number such as 1234.50.")
    if target == "active" and text.lower() not in (*YES, *NO):
        raise Rejected(f"The fixed value {quoted(text)} for 'active' is neither yes nor no.")


def _check_step(column: str, step: list[str]) -> None:
    if not step or step[0] not in STEPS:
        found = quoted(step[0]) if step else "nothing"
        raise Rejected(f"Column {quoted(column)}: {found} is not one of {', '.join(STEPS)}.")
    name, *texts = step
    if len(texts) != STEPS[name]:
        raise Rejected(
            f"Column {quoted(column)}: {name} has the wrong number of texts: {len(texts)} instead of {STEPS[name]}."
        )
    if name == "replace" and not texts[0]:
        raise Rejected(f"Column {quoted(column)}: enter the text to replace.")
    for text in texts:
        _check_text(text, f"Column {quoted(column)}, {name}: the text")


def _check_text(text: str, what: str) -> None:
    if len(text) > TEXT_LENGTH:
        raise Rejected(f"{what} is longer than {TEXT_LENGTH:,} characters.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Rejected(f"{what} is not text.") from None
    if "\0" in text:
        raise Rejected(f"{what} contains a NUL character.")
