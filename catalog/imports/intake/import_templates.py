"""Templates: the mapping and options of an import under a name, for the next file of the same supplier."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.waiting.turn import Turn
from catalog.models import Import, ImportTemplate, db
from catalog.people import Actor, audit

NAME_LENGTH = 100
RECENT = 30  # templates that are compared if none has exactly this header
MOST_SAME = 0.6  # share of the columns of a template that must be in a file


class Unusable(ValueError):
    """An invalid name, or a template that can't be saved; the message is for people."""


def listed() -> list[ImportTemplate]:
    """All templates by name."""
    return list(db.session.scalars(select(ImportTemplate).order_by(func.lower(ImportTemplate.name))))


def get(template_id: int) -> ImportTemplate | None:
    """The template with this id."""
    return db.session.get(ImportTemplate, template_id) if template_id < 2**31 else None


def named(name: str) -> ImportTemplate | None:
    """The template of this name, whatever its case."""
    wanted = func.lower(ImportTemplate.name) == func.lower(_clean(name))
    return db.session.scalars(select(ImportTemplate).where(wanted)).one_or_none()


def offered(names: list[str]) -> ImportTemplate | None:
    """The last saved template for this header, or for most of it; for a first line of values, one without a header."""
    found = _latest(names)
    if found or not importer.are_values(names):
        return found or alike(names)
    bare = _latest([f"column {number}" for number in range(1, len(names) + 1)])
    return bare if bare and not options(bare).header else None


def alike(names: list[str]) -> ImportTemplate | None:
    """The template whose file had most of these columns, under the same names; the last saved of several.

    Columns may be moved, renamed or new; most columns of the template must be in the file.
    """
    wanted = {name.strip().casefold() for name in names} - {""}
    found, most = None, MOST_SAME
    for template in db.session.scalars(select(ImportTemplate).order_by(ImportTemplate.updated_at.desc()).limit(RECENT)):
        header = {name.casefold() for name in (template.options.get("remembered") or {}).get("header", ())}
        same = len(header & wanted) / max(len(header), 1)
        if same > most:
            found, most = template, same
    return found


def _latest(names: list[str]) -> ImportTemplate | None:
    wanted = select(ImportTemplate).where(ImportTemplate.fingerprint == importer.fingerprint(names))
    return db.session.scalars(wanted.order_by(ImportTemplate.updated_at.desc()).limit(1)).first()


def options(template: ImportTemplate) -> importer.Options:
    """The choices of the template, and what it remembers of its file."""
    return importer.by_old_names(importer.Options.from_json(template.options))


def with_given(before: importer.Options, given: Mapping[str, Any]) -> importer.Options:
    """The previous choices, or those of the given template, with the other given ones. Raises importer.BadChoice."""
    others = {name: value for name, value in given.items() if name not in ("template", "priority")}
    if name := given.get("template"):
        template = named(name)
        if template is None:
            raise importer.BadChoice("template", f"There is no template {name}.")
        before = options(template)
    return importer.hardened(importer.checked(before, others), others)


def chosen(given: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> importer.Options:
    """The choices that are given, on top of stored ones or of the defaults. Raises importer.BadChoice."""
    return with_given(importer.Options.from_json(dict(stored or {})), given)


def turn(given: Mapping[str, Any]) -> Turn:
    """Priority and supplier of an import with these choices. Raises import_turn.BadPriority."""
    return Turn.of(given.get("priority") or "", named(given["template"]) if given.get("template") else None)


def save(
    actor: Actor, name: str, wanted: importer.Options, names: list[str], memory: importer.Remembered | None = None
) -> ImportTemplate:
    """Save choices under a name, replacing a template with that name; `names` is the header of their file.

    `memory` is what is remembered of the columns of the file.

    Raises Unusable.
    """
    name = _checked(name)
    try:
        importer.check_options(wanted)
    except importer.Rejected as rejection:
        raise Unusable(str(rejection)) from None
    template = named(name) or ImportTemplate(name=name)
    template.name, template.user_id = name, actor.user_id
    template.options = importer.by_name(wanted, names).with_reading(remembered=memory).to_json()
    template.fingerprint = importer.fingerprint(names) if names else None
    template.updated_at = datetime.now(UTC)
    db.session.add(template)
    _commit(actor, "template saved", name, name)
    return template


def save_import(actor: Actor, name: str, row: Import, wanted: importer.Options | None = None) -> ImportTemplate:
    """Save the choices of an import, or `wanted` instead, for files with the same header. Raises Unusable."""
    wanted = wanted or importer.Options.from_json(row.options)
    try:
        with uploads.storage().open(row.storage_key) as file:
            names = importer.look(file, wanted).names
            file.seek(0)
            memory = importer.remember(file, wanted)
    except FileNotFoundError:
        names, memory = list(row.columns), None
    return save(actor, name, wanted, names, memory)


def rename(actor: Actor, template: ImportTemplate, name: str) -> None:
    """Rename a template. Raises Unusable."""
    before, template.name = template.name, _checked(name)
    _commit(actor, "template renamed", f"{before} to {template.name}", name)


def delete(actor: Actor, template: ImportTemplate) -> None:
    """Delete a template; imports that used it keep their choices."""
    audit.write(actor, "template deleted", template.name, db.session)
    db.session.delete(template)
    db.session.commit()


def _commit(actor: Actor, action: str, subject: str, name: str) -> None:
    try:
        audit.write(actor, action, subject, db.session)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Unusable(f"There is already a template “{name}”. Choose another name.") from None


def _clean(name: str) -> str:
    return " ".join(name.replace("\0", "").split())


def _checked(name: str) -> str:
    clean = _clean(name)
    if not clean or len(clean) > NAME_LENGTH:
        raise Unusable(f"A template needs a name of at most {NAME_LENGTH} characters.")
    return clean
