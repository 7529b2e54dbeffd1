"""What the services refuse, as the failure of a command, with the kind that the API gives it."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.changes import log as change_log
from catalog.changes.undo import rules as undo_rules
from catalog.cli.backend.failure import Failure
from catalog.imports import reviews
from catalog.imports.intake import bundles, import_templates, uploads
from catalog.imports.rejected import corrections, returned, workbook
from catalog.imports.sources import answers, registry

KINDS: dict[type[Exception], str] = {
    answers.Failed: "invalid",
    bundles.Unreadable: "invalid",
    change_log.Busy: "busy",
    corrections.NotNow: "not_now",
    corrections.Wrong: "invalid",
    import_templates.Unusable: "invalid",
    registry.Invalid: "invalid",
    registry.Paused: "source_paused",
    reviews.Conflicts: "conflicts",
    reviews.NotWaiting: "not_waiting",
    undo_rules.NotUndoable: "not_undoable",
    returned.NothingFixed: "invalid",
    uploads.Gone: "not_found",
    workbook.TooManyRows: "invalid",
}


@contextmanager
def reported() -> Iterator[None]:
    """What a service refuses is raised as Failure."""
    try:
        yield
    except tuple(KINDS) as refusal:
        kind = next(kind for error, kind in KINDS.items() if isinstance(refusal, error))
        raise Failure(str(refusal), kind) from None
