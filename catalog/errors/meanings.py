"""The one table of errors: what an error of a service means, for pages, API and commands.

A service knows no request and no exit code. It raises a named error with a message for people. This table gives its
kind; `kinds` says what the kind means for pages, API and commands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog import importer
from catalog.changes import change_log, undo_rules
from catalog.errors.kinds import KINDS
from catalog.imports import (
    bundles,
    corrections,
    drafts,
    import_templates,
    import_turn,
    receive,
    rejected_rows,
    rejected_workbook,
    resumable,
    returned_file,
    reviews,
    source_answers,
    source_registry,
    source_schedule,
    uploads,
)
from catalog.models import NotFound
from catalog.people import emails, invitations, throttle, tokens, users
from catalog.products import editing, validation
from catalog.runtime import public_addresses, sealing, slots, storage

Field = tuple[str, str]
"""A field of a request, and what is wrong with it."""


@dataclass(frozen=True)
class Meaning:
    """What an error means everywhere. `words` are for an error without a message; `more` is sent with it."""

    kind: str
    field: str = ""  # of the request, if the error itself names none
    words: str = ""
    more: Callable[[Any], dict[str, Any]] = lambda error: {}


TABLE: dict[type[Exception], Meaning] = {
    # products and changes
    change_log.Busy: Meaning("busy"),
    editing.Gone: Meaning("not_found", words="There is no such product, or it was deleted."),
    editing.Invalid: Meaning("invalid"),
    editing.SkuTaken: Meaning("sku_taken", "sku", more=lambda error: {"product_id": error.other and error.other.id}),
    editing.Stale: Meaning("stale"),
    validation.Wrong: Meaning("invalid", "value"),
    undo_rules.NotUndoable: Meaning("not_undoable"),
    # imports
    bundles.Unreadable: Meaning("invalid", "file"),
    corrections.NotNow: Meaning("not_now"),
    corrections.Wrong: Meaning("invalid"),
    drafts.NotNow: Meaning("not_now"),
    importer.Rejected: Meaning("invalid", "file"),
    importer.BadChoice: Meaning("invalid"),
    import_templates.Unusable: Meaning("invalid", "name"),
    receive.SameFile: Meaning("same_file", more=lambda error: {"same_as": error.import_id}),
    returned_file.NothingFixed: Meaning("invalid", "file"),
    rejected_rows.NotRejected: Meaning("not_found"),
    rejected_workbook.TooManyRows: Meaning("invalid"),
    reviews.Conflicts: Meaning("conflicts"),
    reviews.NotWaiting: Meaning("not_waiting"),
    import_turn.BadPriority: Meaning("invalid"),
    import_turn.TooManyWaiting: Meaning("too_many_waiting"),
    # uploads
    source_answers.Failed: Meaning("invalid", "url"),
    resumable.Unfinished: Meaning(
        "invalid", "upload", "Parts of this upload are missing. Send the rest of the file first."
    ),
    uploads.Damaged: Meaning("damaged", words="The checksum does not match. Send these bytes again."),
    uploads.Gone: Meaning("not_found"),
    uploads.Misplaced: Meaning("misplaced"),
    uploads.TooLarge: Meaning("too_large", words="The file is larger than CATALOG_MAX_UPLOAD_BYTES allows."),
    # sources
    source_registry.Invalid: Meaning("invalid"),
    source_registry.Paused: Meaning("source_paused"),
    source_schedule.Invalid: Meaning("invalid"),
    # webhooks and secrets
    public_addresses.Denied: Meaning("invalid", "url"),
    sealing.Unreadable: Meaning(
        "secret_unreadable", words="SECRET_KEY was changed. Rotate the secret to get a new one."
    ),
    # people
    emails.NotAnAddress: Meaning("invalid", "email", "This is not an email address."),
    invitations.InvalidLink: Meaning("not_found", words="This link was already used or has expired."),
    invitations.Taken: Meaning("invalid", "email"),
    tokens.NoToken: Meaning("not_found", words="There is no such token. It may have been revoked."),
    throttle.TooMany: Meaning("too_many", words=throttle.TOO_MANY),
    users.LastAdmin: Meaning("last_admin"),
    # everywhere
    NotFound: Meaning("not_found"),
    slots.TooMany: Meaning("too_many_files"),
    storage.Away: Meaning("unavailable", words="The storage of uploads does not answer. Try again."),
}


def of(error: Exception) -> Meaning:
    """The meaning of an error, by its class or a base class in the table."""
    return next(TABLE[each] for each in type(error).__mro__ if each in TABLE)


def words(error: Exception) -> str:
    """The message for people: of the error, else of its kind."""
    meaning = of(error)
    return str(error) or meaning.words or KINDS[meaning.kind].title


def wrong(error: Any) -> list[Field]:
    """The fields of the request that are invalid, each with its reason. Empty if the request is not the cause."""
    several: dict[str, str] = getattr(error, "errors", {})
    if several:
        return list(several.items())
    name: str = getattr(error, "field", "") or of(error).field
    return [(name, words(error))] if name else []
