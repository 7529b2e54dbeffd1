"""Profiles: the mapping and options of an import under a name, for the next file of the same supplier."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import importer
from catalog.imports.intake import uploads
from catalog.models import Import, ImportProfile, db
from catalog.people import audit
from catalog.people.actors import Actor

NAME_LENGTH = 100


class Unusable(ValueError):
    """A name that can't be, or a profile that can't be kept; the message is for people."""


def listed() -> list[ImportProfile]:
    """All of them, by name."""
    return list(db.session.scalars(select(ImportProfile).order_by(func.lower(ImportProfile.name))))


def get(profile_id: int) -> ImportProfile | None:
    """The profile as it is now."""
    return db.session.get(ImportProfile, profile_id) if profile_id < 2**31 else None


def named(name: str) -> ImportProfile | None:
    """The profile of this name, whatever its case."""
    wanted = func.lower(ImportProfile.name) == func.lower(_clean(name))
    return db.session.scalars(select(ImportProfile).where(wanted)).one_or_none()


def offered(names: list[str]) -> ImportProfile | None:
    """The profile that was last saved for a file with such a header."""
    wanted = select(ImportProfile).where(ImportProfile.fingerprint == importer.fingerprint(names))
    latest = wanted.order_by(ImportProfile.updated_at.desc()).limit(1)
    return db.session.scalars(latest).first()


def options(profile: ImportProfile) -> importer.Options:
    """What the profile chooses."""
    return importer.Options.from_json(profile.options)


def with_given(before: importer.Options, given: Mapping[str, Any]) -> importer.Options:
    """The choices of before, or those of the profile that is given, overruled by the others. Raises importer.BadChoice."""
    others = {name: value for name, value in given.items() if name != "profile"}
    if name := given.get("profile"):
        profile = named(name)
        if profile is None:
            raise importer.BadChoice("profile", f"There is no profile {name}.")
        before = options(profile)
    return importer.checked(before, others)


def save(actor: Actor, name: str, wanted: importer.Options, names: list[str]) -> ImportProfile:
    """Keep choices under a name, in place of what had that name; `names` are the header of the file they were made for.

    Raises Unusable.
    """
    name = _checked(name)
    try:
        importer.check_options(wanted)
    except importer.Rejected as refusal:
        raise Unusable(str(refusal)) from None
    profile = named(name) or ImportProfile(name=name)
    profile.name, profile.user_id = name, actor.user_id
    profile.options = importer.by_name(wanted, names).to_json()
    profile.fingerprint = importer.fingerprint(names) if names else None
    profile.updated_at = datetime.now(UTC)
    db.session.add(profile)
    _commit(actor, "profile saved", name, name)
    return profile


def save_import(actor: Actor, name: str, row: Import) -> ImportProfile:
    """Keep the choices of an import, for files with the header of its own. Raises Unusable."""
    wanted = importer.Options.from_json(row.options)
    try:
        with uploads.storage().open(row.storage_key) as file:
            names = importer.look(file, wanted).names
    except FileNotFoundError:
        names = list(row.columns)
    return save(actor, name, wanted, names)


def rename(actor: Actor, profile: ImportProfile, name: str) -> None:
    """Give it another name. Raises Unusable."""
    before, profile.name = profile.name, _checked(name)
    _commit(actor, "profile renamed", f"{before} to {profile.name}", name)


def delete(actor: Actor, profile: ImportProfile) -> None:
    """Forget it; imports that were made with it keep their choices."""
    audit.write(actor, "profile deleted", profile.name, db.session)
    db.session.delete(profile)
    db.session.commit()


def _commit(actor: Actor, action: str, subject: str, name: str) -> None:
    try:
        audit.write(actor, action, subject, db.session)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Unusable(f"There is a profile “{name}” already.") from None


def _clean(name: str) -> str:
    return " ".join(name.replace("\0", "").split())


def _checked(name: str) -> str:
    clean = _clean(name)
    if not clean or len(clean) > NAME_LENGTH:
        raise Unusable(f"A profile needs a name of at most {NAME_LENGTH} characters.")
    return clean
