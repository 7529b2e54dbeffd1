"""Time limits of imports: one that waits too long for a person is discarded."""

from sqlalchemy import text

from catalog.imports.states.decisions import NOT_DONE
from catalog.imports.states.with_event import BY_CATALOG, with_event
from catalog.models import db

MESSAGE = "CASE WHEN state = 'review' THEN :undecided WHEN sha256 = '' THEN :unsent ELSE :unseen END"
EXPIRE = text(
    with_event(
        f"""
UPDATE imports SET
    state = 'cancelled', finished_at = now(), plan_epoch = NULL, held = false, {NOT_DONE},
    outcome = NULL, questions = '[]', progress_version = progress_version + 1, error = {MESSAGE},
    stopped = jsonb_build_array(jsonb_build_object(
        'kind', 'expired', 'message', {MESSAGE}, 'examples', '[]'::jsonb
    ))
WHERE state = 'review' AND coalesce(started_at, queued_at) < now() - make_interval(days => :days)
    OR state = 'queued' AND held AND sha256 <> ''
        AND coalesce(started_at, queued_at) < now() - make_interval(secs => :seconds)
    OR state = 'queued' AND sha256 = ''
        AND NOT EXISTS (SELECT FROM partial_uploads WHERE partial_uploads.id = storage_key)
""",  # nosec B608  # of constants
        "let_go",
        "jsonb_build_object('error', done.error)",
        by=BY_CATALOG,
    )
)


def expire(days: int, seconds: float, undecided: str, unseen: str, unsent: str) -> int:
    """Discard plans not decided, questions not answered and files not arrived, with a message; returns how many."""
    values = {"days": days, "seconds": seconds, "undecided": undecided, "unseen": unseen, "unsent": unsent}
    with db.engine.begin() as connection:
        return connection.execute(EXPIRE, values).rowcount
