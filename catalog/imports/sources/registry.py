"""Sources as users see them: create, change, pause, run, delete; and their last runs."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import func, select

from catalog import importer
from catalog.imports.sources import answers, fetching, owners, results, schedule
from catalog.models import SOURCE_URLS, ImportSource, ImportSourceRun, db
from catalog.people import Actor, audit
from catalog.runtime import Settings, addresses, sealing

PURPOSE = SOURCE_URLS
RUNS = 50  # shown on a page


class Invalid(Exception):
    """An invalid source: `errors` is field -> message, with all errors."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class Paused(Exception):
    """A source that may not run; the message says why, for people."""


@dataclass(frozen=True)
class Draft:
    """A source as a user asks for it. An empty URL keeps the one that is there; without a schedule it runs by hand."""

    name: str
    url: str
    options: importer.Options
    schedule: str = ""
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Overview:
    """A source with its last run, and the result of that: one of results.WORDS."""

    source: ImportSource
    run: ImportSourceRun | None
    result: str

    @property
    def waits_since(self) -> datetime | None:
        """Since when it waits for the server."""
        return results.waits_since(self.run) if self.run else None


def overview() -> list[Overview]:
    """Every source with its last run, by name."""
    latest = select(func.max(ImportSourceRun.id)).group_by(ImportSourceRun.source_id)
    last = select(ImportSourceRun).where(ImportSourceRun.id.in_(latest))
    runs = {run.source_id: run for run in db.session.scalars(last)}
    found = results.of_runs(runs.values())
    by_name = select(ImportSource).order_by(func.lower(ImportSource.name), ImportSource.id)
    rows = db.session.scalars(by_name)
    return [Overview(row, run, found[run.id] if run else "") for row in rows for run in [runs.get(row.id)]]


def all_sources() -> list[ImportSource]:
    """Every source, the oldest first."""
    return list(db.session.scalars(select(ImportSource).order_by(ImportSource.id)))


def get(source_id: int) -> ImportSource | None:
    """A source as it is now, None if there is none."""
    return db.session.get(ImportSource, source_id, populate_existing=True)


def runs(source_id: int, limit: int = RUNS) -> list[ImportSourceRun]:
    """The last runs, the latest first."""
    query = select(ImportSourceRun).where(ImportSourceRun.source_id == source_id)
    return list(db.session.scalars(query.order_by(ImportSourceRun.id.desc()).limit(limit)))


def create(actor: Actor, draft: Draft, *, at_once: bool = False) -> ImportSource:
    """Create a source that runs as this user, or as the command line; `at_once` without a schedule runs it now.

    Raises Invalid.
    """
    row = ImportSource(user_id=actor.user_id, owner=actor.email if actor.user_id else "", enabled=True)
    _fill(row, draft)
    if at_once and not draft.schedule:
        row.wanted_at = func.now()
    db.session.add(row)
    db.session.flush()
    _write(actor, row, "created")
    db.session.commit()
    return row


def change(actor: Actor, row: ImportSource, draft: Draft, enabled: bool | None = None) -> None:
    """Change a source, perhaps pause or resume it. With another URL or other choices, the same file is imported again.

    Raises Invalid, Paused.
    """
    before = row.options
    _fill(row, draft)
    if draft.url or row.options != before:
        row.etag = row.last_modified = row.sha256 = None
    if enabled is not None and enabled != row.enabled:
        _switch(row, enabled)
    _write(actor, row, "changed")
    db.session.commit()


def problems(draft: Draft, *, is_new: bool) -> dict[str, str]:
    """Field -> message of all errors of a draft; `mapping` stands for the choices of the import."""
    found = {}
    if draft.url:
        try:
            fetching.check(draft.url, _settings())
        except answers.Failed as failed:
            found["url"] = str(failed)
    elif is_new:
        found["url"] = "Enter the URL of a file."
    found |= schedule.problems(draft.schedule, draft.time_zone)
    try:
        importer.check_options(draft.options)
    except importer.Rejected as rejection:
        found["mapping"] = str(rejection)
    return found


def _fill(row: ImportSource, draft: Draft) -> None:
    if errors := problems(draft, is_new=row.id is None):
        raise Invalid(errors)
    moment = schedule.following(draft.schedule, draft.time_zone, datetime.now(UTC))
    if draft.url:
        row.url = sealing.encrypt(draft.url, sealing.keys(), PURPOSE)
        row.shown_url = addresses.shown(draft.url)
    row.name = draft.name or row.shown_url
    row.options = draft.options.to_json()
    row.schedule, row.time_zone, row.next_run_at = draft.schedule, draft.time_zone, moment


def switch(actor: Actor, row: ImportSource, enabled: bool) -> None:
    """Pause the schedule, or resume it; missed runs are not repeated. Raises Paused."""
    _switch(row, enabled)
    _write(actor, row, "resumed" if enabled else "paused")
    db.session.commit()


def _switch(row: ImportSource, enabled: bool) -> None:
    if enabled and (code := owners.problem(row)):
        raise Paused(owners.words(code, row.owner))
    row.enabled, row.retry_at, row.tries = enabled, None, 0
    row.paused_reason = None if enabled else row.paused_reason
    row.next_run_at = schedule.following(row.schedule, row.time_zone, datetime.now(UTC))


def want(actor: Actor, row: ImportSource) -> None:
    """Request a run as soon as possible. Raises Paused."""
    if row.paused_reason or owners.problem(row):
        raise Paused(why_paused(row))
    row.wanted_at = func.now()
    audit.write(actor, "import source run", subject(row), db.session)
    db.session.commit()


def take_over(actor: Actor, row: ImportSource, user_id: int | None, owner: str = "") -> None:
    """Let a source run as this user, or as the command line. Raises Paused if they may not import."""
    row.user_id, row.owner = user_id, owner
    db.session.flush()
    try:
        _switch(row, True)
    except Paused:
        db.session.rollback()
        raise
    owned = f"{subject(row)}, imports as {owner or 'command line'}"
    audit.write(actor, "import source taken over", owned, db.session)
    db.session.commit()


def why_paused(row: ImportSource) -> str:
    """Why a source may not run, and what to do; empty if its owner may import."""
    now = owners.problem(row)
    code = now or row.paused_reason
    return owners.words(code, row.owner, may_import=now is None) if code else ""


def delete(actor: Actor, row: ImportSource) -> None:
    """Delete a source, with the log of its runs; its imports stay."""
    _write(actor, row, "deleted")
    db.session.delete(row)
    db.session.commit()


def _write(actor: Actor, row: ImportSource, what: str) -> None:
    audit.write(actor, "import source", f"{subject(row)}: {what}", db.session)


def subject(row: ImportSource) -> str:
    """The subject of a source in the audit log."""
    return f"source {row.id}, {row.name}"


def url_of(row: ImportSource) -> str:
    """The whole URL. Raises sealing.Unreadable."""
    return sealing.decrypt(row.url, sealing.keys(), PURPOSE)


def hide_again() -> int:
    """Update the shown form of each URL by the current rule; returns how many changed."""
    changed = 0
    for row in all_sources():
        with suppress(sealing.Unreadable):
            shown = addresses.shown(url_of(row))
            if shown != row.shown_url:
                row.name = shown if row.name == row.shown_url else row.name
                row.shown_url, changed = shown, changed + 1
    db.session.commit()
    return changed


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
