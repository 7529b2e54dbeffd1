"""The calls that commands make to a Catalog, here or elsewhere. They return the JSON of the API.

`local` uses the services of this machine, `remote` HTTP. All calls raise `failure.Failure`.
`given` are the choices of an import as the API takes them in JSON; to start one, also its priority.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, Any]


class Backend(Protocol):
    """A Catalog that commands work on."""

    pace: float
    """Seconds between two reads of a running import."""

    def send(self, file: Path, given: Row) -> Row:
        """Start an import of a file; returns the import."""

    def send_url(self, url: str, given: Row) -> Row:
        """Start an import of the file at a URL; returns the import."""

    def same(self, sha256: str) -> Row | None:
        """The last import of exactly these bytes that was completed and not undone."""

    def found(self, number: int) -> Row:
        """An import as it is now."""

    def look(self, number: int) -> Row | None:
        """An import as it is now. None while the Catalog does not answer, for at most a minute."""

    def working(self, number: int) -> AbstractContextManager[Callable[[], bool]]:
        """A context in which an import runs. Yields a function that returns whether it is still running."""

    def cancel(self, number: int) -> None:
        """Cancel an import. An import that has ended does not change."""

    def retry(self, number: int, given: Row) -> Row:
        """Run an import again; given choices replace the previous ones."""

    def plan(self, number: int, conflicts: bool) -> Iterator[Row]:
        """The lines of the plan of an import that waits for review."""

    def apply(self, number: int, conflicts: str, each: dict[int, str]) -> Row:
        """Start to carry out the plan of an import that waits for review. The kind of a failure may be `conflicts`."""

    def discard(self, number: int) -> None:
        """Discard an import that waits."""

    def past(self, asked: dict[str, str], limit: int) -> Iterator[Row]:
        """Imports, newest first."""

    def log(self, number: int) -> list[Row]:
        """The lines of the log of an import."""

    def bundle(self, number: int) -> Iterator[bytes]:
        """The replay bundle of an import."""

    def errors(self, number: int, kind: str = "csv") -> Iterator[bytes]:
        """The rejected rows of an import as a file: csv or xlsx."""

    def correct(self, number: int, row: int, values: dict[str, str]) -> None:
        """Correct cells of one rejected row."""

    def replace(self, number: int, asked: dict[str, str]) -> int:
        """Find and replace in a column of all rows rejected for the same reason; returns how many rows that changed."""

    def fix(self, number: int, asked: dict[str, str]) -> int:
        """One fix for all rows rejected for the same reason; returns how many rows that changed."""

    def run_corrected(self, number: int) -> Row:
        """Start to run the corrected rows of an import."""

    def import_templates(self) -> list[Row]:
        """All templates, by name."""

    def save_template(self, name: str, number: int) -> Row:
        """Save the choices of an import as a template."""

    def rename_template(self, template: Row, name: str) -> None:
        """Give a template another name."""

    def delete_template(self, template: Row) -> None:
        """Delete a template."""

    def sources(self) -> Iterable[tuple[Row, Row | None]]:
        """All sources, each with its last run."""

    def add_source(self, place: dict[str, str], given: Row) -> Row:
        """Create a source for a URL."""

    def run_source(self, number: int) -> Row:
        """Fetch a source, and wait until that is done; returns the run."""

    def switch_source(self, number: int, enabled: bool) -> None:
        """Pause a source, or resume it."""

    def take_over_source(self, number: int, email: str) -> None:
        """Make another user the owner of a source."""

    def delete_source(self, number: int) -> None:
        """Delete a source."""

    def create_user(self, email: str, role: str, password: Callable[[], str]) -> Row:
        """Create a user; returns `email` and `role`, and `link` if the user is invited to choose a password.

        `password` asks for the password. It is called only where the Catalog takes one.
        """

    def tokens(self, email: str) -> list[Row]:
        """Tokens, newest first: those of a user, or all that this backend may list."""

    def create_token(self, email: str, name: str, scope: str, days: int) -> str:
        """Create a token of a user; returns the token itself."""

    def revoke_token(self, number: int) -> None:
        """Revoke a token."""

    def history(self, sku: str) -> list[Row]:
        """Where each value of a product comes from."""

    def undo_preview(self, change: int) -> Row:
        """What an undo of a change set would do, in counts."""

    def undo(self, change: int) -> Row:
        """Undo a change set, and wait until that is done; returns the counts."""

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV."""
