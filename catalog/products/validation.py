"""Clean and check typed values of products by the rules of the importer, with messages for a form."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from catalog import importer

TEXT_BYTES = 1024**2
KEY_LENGTH = 255

ONE_LINE = {field.name for field in importer.DECLARED if not field.has_lines and field.column_type == "text"}

Pairs = Sequence[tuple[str, str]]


class Wrong(Exception):
    """An invalid value of a field; the message says why."""


def clean(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values as they are stored, and field -> message for what can't be. Raises KeyError for an unknown field.

    Attributes are pairs of texts, as a form has them.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field, value in given.items():
        try:
            values[field] = CLEANERS[field](value)
        except Wrong as wrong:
            errors[field] = str(wrong)
    return values, errors


def as_typed(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form, without what only the browser changed: it sends other line breaks than were stored."""
    return {field: _as_typed(field, given[field], before[field]) for field in given}


def _as_typed(field: str, typed: Any, before: Any) -> Any:
    if field == "attributes":
        return _attributes_as_typed(typed, before)
    if not isinstance(typed, str) or not isinstance(before, str):
        return typed
    if field in ONE_LINE:
        return before if typed == re.sub("[\r\n]", "", before) else typed
    return _lines_as_typed(typed, before)


def merged(pairs: Pairs, before: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes after an edit: those that a form can't show stay. Raises Wrong."""
    shown = in_form(before)
    kept = {key: value for key, value in before.items() if key not in shown}
    for key, _ in pairs:
        if key in kept:
            raise Wrong(
                f"The attribute “{key}” is not text, or there are too many attributes. It can't be edited here."
            )
    after = kept | dict(pairs)
    if len(after) > max(importer.MOST_ATTRIBUTES, len(before)):
        raise Wrong(f"A product has at most {importer.MOST_ATTRIBUTES:,} attributes.")
    return after


def in_form(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The attributes that a form shows: the first texts, as many as a product may have."""
    texts = ((k, v) for k, v in attributes.items() if isinstance(v, str))
    return dict(islice(texts, importer.MOST_ATTRIBUTES))


def _lines_as_typed(typed: str, before: str) -> str:
    plain = _plain_lines(typed)
    if plain == _plain_lines(before):
        return before
    return plain.replace("\n", "\r\n") if "\r\n" in before else plain


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attributes_as_typed(typed: Pairs, before: Mapping[str, Any]) -> Pairs:
    keys = {re.sub("[\r\n]", "", key): key for key in before}
    pairs = []
    for key, value in typed:
        known = keys.get(key, key)
        old = before.get(known)
        value = _lines_as_typed(value, old if isinstance(old, str) else "")
        pairs.append((known, value))
    return pairs


def _text(value: Any) -> str:
    text = str(value if value is not None else "")
    if "\0" in text:
        raise Wrong("The text contains a NUL character, which can't be stored.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Wrong("The text is not valid Unicode.") from None
    return text


def _sku(value: Any) -> str:
    sku = unicodedata.normalize("NFC", _text(value).strip(importer.WHITE_SPACE))
    if not sku or importer.shows_nothing(sku):
        raise Wrong("Enter a SKU.")
    if len(sku) > importer.SKU_LENGTH:
        raise Wrong(f"The SKU is longer than {importer.SKU_LENGTH} characters.")
    if why := importer.why_no_sku(sku):
        raise Wrong(why)
    return sku


def _name(value: Any) -> str:
    name = _text(value).strip(importer.WHITE_SPACE)
    if not name or importer.shows_nothing(name):
        raise Wrong("Enter a name.")
    if len(name) > importer.NAME_LENGTH:
        raise Wrong(f"The name is longer than {importer.NAME_LENGTH:,} characters.")
    if why := importer.why_no_name(name):
        raise Wrong(why)
    return name


def _long_text(value: Any, label: str) -> str:
    text = _text(value)
    if len(text.encode()) > TEXT_BYTES:
        raise Wrong(f"The {label} is longer than 1 MiB.")
    return text


def _short_text(value: Any, label: str) -> str:
    return _long_text(value, label).strip(importer.WHITE_SPACE)


def _price(value: Any) -> Decimal | None:
    text = _text(value).strip(importer.WHITE_SPACE)
    if text and not re.fullmatch(importer.PRICE, text):
        raise Wrong(f"“{text[:40]}” is not a plain number such as 1234.50.")
    return Decimal(text) if text else None


def _active(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = _text(value).strip(importer.WHITE_SPACE).lower()
    if text not in (*importer.YES, *importer.NO, ""):
        raise Wrong(f"“{text[:40]}” is neither yes nor no.")
    return text in importer.YES


def _attributes(value: Pairs) -> list[tuple[str, str]]:
    pairs: dict[str, str] = {}
    for key, text in value:
        key = _text(key).strip(importer.WHITE_SPACE)
        text = _long_text(text, f"attribute “{key[:40]}”")
        if not key or not text:
            continue
        if importer.is_reserved(key):
            raise Wrong(f"“{key}” is a field and can't be the name of an attribute.")
        if len(key) > KEY_LENGTH:
            raise Wrong(f"The name of an attribute is longer than {KEY_LENGTH} characters.")
        if key in pairs:
            raise Wrong(f"The attribute “{key}” is listed twice.")
        pairs[key] = text
    return list(pairs.items())


def _cleaner(field: importer.Field) -> Callable[[Any], Any]:
    if field.kind is importer.Kind.TEXT:
        return partial(_long_text if field.has_lines else _short_text, label=field.label.lower())
    return {
        importer.Kind.SKU: _sku,
        importer.Kind.NAME: _name,
        importer.Kind.PRICE: _price,
        importer.Kind.YES_NO: _active,
    }[field.kind]


CLEANERS = {field.name: _cleaner(field) for field in importer.DECLARED} | {"attributes": _attributes}
