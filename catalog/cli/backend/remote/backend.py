"""The Catalog at CATALOG_URL, as commands use it."""

import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Row
from catalog.cli.backend.remote.imports import Imports
from catalog.cli.here_only import not_with_url

WATCH_SECONDS = 0.5


class Remote(Imports):
    """The Backend of another machine."""

    def errors(self, number: int, kind: str = "csv") -> Iterator[bytes]:
        """The rejected rows of an import as a file."""
        return self._server.stream(f"/imports/{number}/errors.{kind}")

    def correct(self, number: int, row: int, values: dict[str, str]) -> None:
        """Correct cells of one rejected row."""
        self._server.ask("PATCH", f"/imports/{number}/errors/{row}", {"set": values})

    def replace(self, number: int, asked: dict[str, str]) -> int:
        """Find and replace in a column of all rows rejected for the same reason."""
        return int(self._server.ask("POST", f"/imports/{number}/errors/replace", asked)["corrected"])

    def fix(self, number: int, asked: dict[str, str]) -> int:
        """One fix for all rows rejected for the same reason."""
        return int(self._server.ask("POST", f"/imports/{number}/errors/fix", asked)["corrected"])

    def run_corrected(self, number: int) -> Row:
        """Start to run the corrected rows of an import."""
        return self._server.ask("POST", f"/imports/{number}/errors/run")

    def import_templates(self) -> list[Row]:
        """All templates, by name."""
        found: list[Row] = self._server.ask("GET", "/templates")["templates"]
        return found

    def save_template(self, name: str, number: int) -> Row:
        """Save the choices of an import as a template."""
        return self._server.ask("POST", "/templates", {"name": name, "import_id": number})

    def rename_template(self, template: Row, name: str) -> None:
        """Give a template another name."""
        self._server.ask("PATCH", f"/templates/{template['id']}", {"name": name})

    def delete_template(self, template: Row) -> None:
        """Delete a template."""
        self._server.ask("DELETE", f"/templates/{template['id']}")

    def sources(self) -> Iterator[tuple[Row, Row | None]]:
        """All sources, each with its last run."""
        for row in self._server.ask("GET", "/sources")["sources"]:
            runs = self._runs(row["id"])
            yield row, runs[0] if runs else None

    def add_source(self, place: dict[str, str], given: Row) -> Row:
        """Create a source for a URL."""
        return self._server.ask("POST", "/sources", place | given)

    def run_source(self, number: int) -> Row:
        """Let the other Catalog fetch a source, and wait until that is done."""
        before = {run["id"] for run in self._runs(number) if run["finished_at"]}
        self._server.ask("POST", f"/sources/{number}/run")
        while True:
            found = [run for run in self._runs(number) if run["id"] not in before]
            if found and found[-1]["finished_at"]:
                return found[-1]
            time.sleep(WATCH_SECONDS)

    def _runs(self, number: int) -> list[Row]:
        found: list[Row] = self._server.ask("GET", f"/sources/{number}/runs")["runs"]
        return found

    def switch_source(self, number: int, enabled: bool) -> None:
        """Pause a source, or resume it."""
        self._server.ask("PATCH", f"/sources/{number}", {"enabled": enabled})

    def take_over_source(self, number: int, email: str) -> None:
        """Make the user of the token the owner of a source."""
        if email:
            raise not_with_url("--user")
        self._server.ask("POST", f"/sources/{number}/take-over")

    def delete_source(self, number: int) -> None:
        """Delete a source; what it imported stays."""
        self._server.ask("DELETE", f"/sources/{number}")

    def history(self, sku: str) -> list[Row]:
        """Where each value of a product comes from."""
        product = self._server.ask("GET", f"/products/by-sku/{quote(sku, safe='')}")
        origins: list[Row] = self._server.ask("GET", f"/products/{product['id']}/history")["origins"]
        return origins

    def undo_preview(self, change: int) -> Row:
        """What an undo of a change set would do."""
        return self._server.ask("GET", f"/changes/{change}/undo")

    def undo(self, change: int) -> Row:
        """Undo a change set, and wait until that is done."""
        job = self._server.ask("POST", f"/changes/{change}/undo")
        while job["finished_at"] is None:
            time.sleep(WATCH_SECONDS)
            job = self._server.ask("GET", f"/bulk/{job['id']}")
        if job["state"] != "completed":
            ended = "failed" if job["state"] == "failed" else "was cancelled"
            raise Failure(job["error"] or f"The undo {ended}.")
        return job

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV."""
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._server.stream(f"/products/export.csv?{query}")
