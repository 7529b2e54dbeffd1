"""The priority of an import that has not ended."""

from sqlalchemy import text

from catalog.imports.states.with_event import by_person, with_event
from catalog.models import db
from catalog.people import Actor, audit

# While it runs, the priority counts only if its worker stops. 0 rows: it has ended.
PRIORITIZE = text(
    with_event(
        """
UPDATE imports SET priority = :priority, progress_version = progress_version + 1
WHERE id = :id AND state IN ('queued', 'reading', 'review', 'applying')
""",
        "prioritized",
        "jsonb_build_object('priority', done.priority)",
    )
)


def prioritize(actor: Actor, import_id: int, priority: str) -> bool:
    """Set the priority, with its lines in the logs; False if the import has ended."""
    values = {"id": import_id, "priority": priority} | by_person(actor)
    with db.engine.begin() as connection:
        changed = connection.execute(PRIORITIZE, values).rowcount > 0
        if changed:
            audit.write(actor, "import priority", f"import {import_id}, {priority}", connection)
    return changed
