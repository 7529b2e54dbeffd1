"""The owner of a source, and whether they may import. Sources of an owner who may not are paused, with the reason."""

from sqlalchemy import select, text

from catalog.models import ImportSource, User, db
from catalog.people import STEWARD, audit

WORDS = {
    "deleted": "its owner, {owner}, was deleted",
    "disabled": "its owner, {owner}, was disabled",
    "viewer": "its owner, {owner}, was made a viewer, who may not import",
}
"""What happened to an owner, in words."""

# A source without user and owner was made by a command.
PAUSE = text("""
UPDATE import_sources AS source
SET enabled = false, wanted_at = NULL, retry_at = NULL, tries = 0, paused_reason = found.reason
FROM (
    SELECT import_sources.id, CASE
        WHEN users.id IS NULL THEN 'deleted' WHEN users.disabled_at IS NOT NULL THEN 'disabled' ELSE 'viewer'
    END AS reason
    FROM import_sources LEFT JOIN users ON users.id = import_sources.user_id
    WHERE (import_sources.user_id IS NOT NULL OR owner <> '')
        AND (users.id IS NULL OR users.disabled_at IS NOT NULL OR users.role = 'viewer')
) AS found
WHERE found.id = source.id AND source.paused_reason IS NULL
RETURNING source.id, source.name, source.owner, source.paused_reason
""")


def problem(row: ImportSource) -> str | None:
    """Why the owner may not import, one of WORDS; None if they may."""
    if row.user_id is None:
        return "deleted" if row.owner else None
    query = select(User.disabled_at, User.role).where(User.id == row.user_id)
    found = db.session.execute(query).one_or_none()
    if found is None:
        return "deleted"
    if found.disabled_at:
        return "disabled"
    return "viewer" if found.role == "viewer" else None


def words(code: str, owner: str, may_import: bool = False) -> str:
    """A sentence that says why a source is paused and what to do."""
    why = WORDS[code].format(owner=owner)
    helps = f"{owner} may import again: resume the source" if may_import else "An admin can take it over"
    return f"{why[0].upper()}{why[1:]}. {helps}."


def pause() -> int:
    """Pause the sources of owners who may no longer import, with a line in the audit log; returns how many."""
    with db.engine.begin() as connection:
        paused = connection.execute(PAUSE).all()
        for row in paused:
            subject = f"{row.id}, {row.name}: {WORDS[row.paused_reason].format(owner=row.owner)}"
            audit.write(STEWARD, "import source paused", subject, connection)
    return len(paused)
