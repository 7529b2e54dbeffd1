"""What a kind of error means for pages, API and commands. Programs decide by the kind, so it never changes."""

from typing import NamedTuple


class Kind(NamedTuple):
    """The HTTP status of pages and API, a title, the exit code of a command, and when to try again."""

    status: int
    title: str
    exit_code: int = 1
    retry_seconds: int = 0  # 0: a retry does not help


WAITS = 3
"""Exit code of a command whose import waits for a person."""
USAGE = 2
"""Exit code of a command with wrong arguments."""

KINDS: dict[str, Kind] = {
    "malformed": Kind(400, "The request can't be read."),
    "unauthorized": Kind(401, "A valid token is required."),
    "forbidden": Kind(403, "The token does not allow this."),
    "factor_missing": Kind(403, "The user of this token must set up a second factor first, in a browser."),
    "not_found": Kind(404, "Not found."),
    "method_not_allowed": Kind(405, "This method is not allowed here."),
    "sku_taken": Kind(409, "Another product has this SKU."),
    "busy": Kind(409, "Another change of many products is being written. Try again.", retry_seconds=2),
    "ended": Kind(409, "The import or job has already finished."),
    "not_waiting": Kind(409, "The import is not waiting for a decision."),
    "conflicts": Kind(409, "Products changed since the plan was made. Decide what to do with them.", WAITS),
    "not_now": Kind(409, "The state of this import does not allow this."),
    "source_paused": Kind(409, "This source is paused."),
    "same_file": Kind(409, "The same file was imported before."),
    "not_undoable": Kind(409, "This change can't be undone."),
    "being_sent": Kind(409, "The delivery is being sent right now."),
    "last_admin": Kind(409, "This is the last admin. Make another user an admin first."),
    "secret_unreadable": Kind(409, "The secret can no longer be decrypted."),
    "in_progress": Kind(409, "A request with this Idempotency-Key is still running.", retry_seconds=1),
    "misplaced": Kind(409, "These bytes do not continue the upload."),
    "stale": Kind(412, "The object has changed since you read it."),
    "tus_version": Kind(412, "This version of tus is not supported."),
    "too_large": Kind(413, "The request body is too large."),
    "media_type": Kind(415, "Unsupported media type."),
    "invalid": Kind(422, "A value in the request is not valid."),
    "key_reused": Kind(422, "This Idempotency-Key was used for another request."),
    "locked": Kind(423, "Another request is sending this upload."),
    "if_match_required": Kind(428, "If-Match is required."),
    "too_many": Kind(429, "Too many requests with this token."),
    "too_many_waiting": Kind(429, "Too many of your imports are waiting.", retry_seconds=60),
    "too_many_files": Kind(429, "Too many files at once.", retry_seconds=10),
    "damaged": Kind(460, "The checksum does not match."),
    "fault": Kind(500, "Internal error."),
    "unavailable": Kind(
        503, "The database, the queue or the storage of uploads does not answer. Try again.", retry_seconds=5
    ),
    "no_room": Kind(507, "The disk for uploads is full."),
}
