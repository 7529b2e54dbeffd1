"""The choices of an import as the API takes them, and what is understood of a file with them."""

import io
import json
from typing import Any, BinaryIO

from flask import request

from catalog import importer
from catalog.imports.intake import bundles, profiles
from catalog.models import db
from catalog.web.api.frame.problems import invalid

SLICE_BYTES = 1024**2  # what is as long is taken for the beginning of more
READING = ("encoding", "delimiter", "sheet", "members", "skip", "numbers")
AGAIN = (*READING, "header", "mapping", "profile")
"""What may be said of a file that is here already."""


def options(form: dict[str, Any]) -> importer.Options:
    """The choices as the importer knows them: those of the profile, overruled by what is given. Raises Problem: invalid."""
    found = _profile(form["profile"])
    given = {name: form[name] for name in READING if form[name] not in ("", None)}
    given |= _reading(form)
    chosen = _mapping(form["mapping"])
    columns = chosen.get("columns", found.columns) | _pairs(form["map"])
    plain = {
        "mode": form["mode"],
        "absent": form["absent"],
        "review": form["review"] == "true",
        "confirmed": form["confirmed"] == "true",
        "active": form["active"] == "true",
        "extra": form["extra"],
        "max_errors": form["max_errors"],
    }
    if form["profile"]:  # what is not said is as in the profile
        plain = {name: value for name, value in plain.items() if name in request.form}
    wanted = found.with_reading(**plain | given | chosen | {"columns": columns})
    try:
        wanted = wanted.with_blanks(form["blank"])
    except ValueError as error:
        raise invalid("blank", str(error)) from None
    return _checked(wanted)


def again(before: importer.Options, given: dict[str, Any]) -> importer.Options:
    """The choices of before, or those of a profile, with what is given of AGAIN. Raises Problem: invalid."""
    base = _profile(given["profile"]) if given.get("profile") else before
    said = {name: given[name] for name in (*READING, "header") if name in given}
    said |= _reading({name: given.get(name, "") for name in ("delimiter", "encoding")})
    said |= _mapping(json.dumps(given["mapping"])) if "mapping" in given else {}
    return _checked(base.with_reading(**said))


def _checked(wanted: importer.Options) -> importer.Options:
    try:
        importer.check_options(wanted)
    except importer.Refused as refusal:
        raise invalid("mapping", str(refusal)) from None
    return wanted


def looked_at_slice(data: bytes, wanted: importer.Options) -> dict[str, Any]:
    """A first look at the beginning of a file; a replay bundle is looked at as the file that is in it."""
    if replay := bundles.read(io.BytesIO(data)):
        data = bundles.beginning(io.BytesIO(data), replay, SLICE_BYTES)
        wanted = replay.options
    return looked(io.BytesIO(data), wanted, whole=len(data) < SLICE_BYTES)


def looked(file: BinaryIO, wanted: importer.Options, *, whole: bool) -> dict[str, Any]:
    """A first look at a file, or at its beginning, as the API answers it."""
    connection = db.session.connection().connection.driver_connection
    look = importer.look(file, wanted, whole=whole, connection=connection)
    profile = profiles.offered(look.names) if look.names else None
    return {
        "problem": look.problem or None,
        "cures": look.cures,
        "certain": look.certain,
        "candidates": look.candidates,
        "understood": look.understood.to_json() if look.understood else None,
        "columns": look.columns.called() if look.columns else {},
        "meanings": look.columns.meaning() if look.columns else {},
        "questions": importer.questions_to_json(look.questions),
        "names": look.names,
        "rows": look.rows,
        "stored": [row.to_json() for row in look.stored],
        "looked_at": look.looked_at,
        "refused": look.refused,
        "refusals": look.refusals,
        "warnings": look.warnings,
        "members": look.members,
        "profile": profile.name if profile else None,
    }


def _profile(name: str) -> importer.Options:
    if not name:
        return importer.Options()
    profile = profiles.named(name)
    if profile is None:
        raise invalid("profile", "There is no profile of this name.")
    return profiles.options(profile)


def _reading(form: dict[str, Any]) -> dict[str, Any]:
    """What is said of how the file is written, checked."""
    given: dict[str, Any] = {}
    mark = form["delimiter"].replace("\\t", "\t")
    if mark and (len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n'):
        raise invalid("delimiter", "Not one character that can separate cells.")
    if mark:
        given["delimiter"] = mark
    if form["encoding"]:
        known = importer.known_encoding(form["encoding"])
        if known is None:
            raise invalid("encoding", f"None of {', '.join(importer.ENCODINGS)}.")
        given["encoding"] = known
    if form.get("header") == "false":
        given["header"] = False
    return given


def _mapping(text: str) -> dict[str, Any]:
    try:
        return importer.parse_mapping(text) if text else {}
    except importer.Refused as refusal:
        raise invalid("mapping", str(refusal)) from None


def _pairs(given: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in given:
        field, equals, column = pair.partition("=")
        if not equals or field not in importer.FIELDS:
            known = ", ".join(importer.FIELDS)
            raise invalid("map", f"Not FIELD=COLUMN with a field of {known}.")
        columns[field] = column
    return columns
