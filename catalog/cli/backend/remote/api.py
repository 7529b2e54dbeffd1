"""The API of another Catalog, as commands use it when CATALOG_URL and CATALOG_TOKEN are set.

Files are streamed both ways, and an import that is followed shows the same bar as one here.
"""

import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
from tqdm import tqdm

from catalog.cli.backend.remote.multipart import BLOCK_BYTES, Pairs, around, pieces
from catalog.config import Settings
from catalog.imports.report import wording
from catalog.plurals import plural
from catalog.runtime.terminal import one_line

FIRST_LOOK_SECONDS, WATCH_SECONDS = 0.05, 0.5  # a small import is over at once
GOING = ("queued", "reading", "applying")  # in review, and with a question, it waits for a person
BAR = "{desc}: {percentage:3.0f}%|{bar}| {postfix}"

Answer = dict[str, Any]


class RemoteError(RuntimeError):
    """The other Catalog denied the request, or its answer makes no sense. The message is for users, `kind` is the API's word."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class Server:
    """The Catalog at CATALOG_URL, asked with CATALOG_TOKEN."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"{settings.url.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {settings.token}"}
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60))

    def import_file(self, file: Path, name: str, fields: Pairs) -> Iterator[Answer]:
        """Upload a file and follow it to its end, and then the imports of the other tables of its archive. Raises RemoteError."""
        row = self.follow(self._upload(file, name, fields)["id"], name)
        yield row
        for number in row["batch"]:
            if number != row["id"]:
                if row["state"] == "cancelled":  # a cancel is meant for the whole archive
                    self._cancel(number)
                yield self.follow(number, self.ask("GET", f"/imports/{number}")["filename"])

    def same(self, sha256: str) -> Answer | None:
        """The last import of the very same bytes that was completed and not undone. Raises RemoteError."""
        query = urlencode({"q": sha256, "state": "completed", "limit": 1})
        found = self.ask("GET", f"/imports?{query}")["imports"]
        return found[0] if found and found[0]["sha256"] == sha256 else None

    def follow(self, import_id: int, name: str) -> Answer:
        """Show an import until it has ended or waits; Ctrl-C cancels it there. Raises RemoteError."""
        try:
            return self._watch(import_id, name)
        except KeyboardInterrupt:
            self._cancel(import_id)
            return self._watch(import_id, name)

    def apply(self, import_id: int, conflicts: str, each: dict[int, str] | None = None) -> Answer:
        """Carry out the plan of an import that waits there, and follow it. Raises RemoteError."""
        decision = {"conflicts": conflicts, "each": each or {}}
        row = self.ask("POST", f"/imports/{import_id}/apply", decision)
        return self.follow(import_id, row["filename"])

    def discard(self, import_id: int) -> None:
        """Discard the plan of an import that waits there. Raises RemoteError."""
        row = self.ask("GET", f"/imports/{import_id}")
        if row["state"] != "review" and not row["questions"]:
            raise RemoteError("This import does not wait for a decision.")
        self.ask("POST", f"/imports/{import_id}/cancel")

    def undo(self, change_set_id: int) -> Answer:
        """Take a change set back, and wait until that is done. Raises RemoteError."""
        job = self.ask("POST", f"/changes/{change_set_id}/undo")
        while job["finished_at"] is None:
            time.sleep(WATCH_SECONDS)
            job = self.ask("GET", f"/bulk/{job['id']}")
        if job["state"] != "completed":
            raise RemoteError(job["error"] or f"The undo is {job['state']}.")
        return job

    def run_source(self, number: int) -> Answer:
        """Fetch a source, and wait until that is done; returns the run. Raises RemoteError."""
        runs = f"/sources/{number}/runs"
        before = {run["id"] for run in self.ask("GET", runs)["runs"] if run["finished_at"]}
        self.ask("POST", f"/sources/{number}/run")
        while True:
            found = [r for r in self.ask("GET", runs)["runs"] if r["id"] not in before]
            if found and found[-1]["finished_at"]:
                return dict(found[-1])
            time.sleep(WATCH_SECONDS)

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV, piece by piece. Raises RemoteError."""
        query = urlencode({name: value for name, value in asked.items() if value})
        return self.stream(f"/products/export.csv?{query}")

    def errors(self, import_id: int) -> Iterator[bytes]:
        """The rejected rows of an import as CSV, piece by piece. Raises RemoteError."""
        return self.stream(f"/imports/{import_id}/errors.csv")

    def stream(self, path: str) -> Iterator[bytes]:
        """A file, piece by piece. Raises RemoteError."""
        answer = self._send("GET", path, stream=True)
        with closing(answer):
            yield from answer.stream(BLOCK_BYTES)

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """What the API answers to this. Raises RemoteError."""
        if body is None:
            return self._ask(method, path)
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        return self._ask(method, path, headers, iter([data]))

    def _cancel(self, import_id: int) -> None:
        with suppress(RemoteError):  # it has ended
            self.ask("POST", f"/imports/{import_id}/cancel")

    def _upload(self, file: Path, name: str, fields: Pairs) -> Answer:
        boundary = secrets.token_hex(16)
        head, tail = around(boundary, name, fields)
        size = len(head) + file.stat().st_size + len(tail)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(size),
            "Idempotency-Key": boundary,
        }
        with file.open("rb") as stream:
            body = pieces(head, stream, tail)
            return self._ask("POST", "/imports", headers, body)

    def _watch(self, import_id: int, name: str) -> Answer:
        wait = FIRST_LOOK_SECONDS
        with tqdm(total=100, desc=one_line(name), bar_format=BAR, file=sys.stderr) as bar:
            while True:
                row = self.ask("GET", f"/imports/{import_id}")
                words = f"{row['phase']}, {plural(row['rows'], 'row')}"
                bar.set_postfix_str(words, refresh=False)
                bar.update(row["percent"] - bar.n)
                if row["questions"] or row["state"] not in GOING:
                    return row
                time.sleep(wait)
                wait = min(2 * wait, WATCH_SECONDS)

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Iterator[bytes] | None = None
    ) -> Answer:
        answer = self._send(method, path, headers, body)
        found: Answer = json.loads(answer.data) if answer.data else {}
        return found

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: Iterator[bytes] | None = None,
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """An answer that is a success. Raises RemoteError."""
        try:
            answer = self._http.request(
                method,
                self._base + path,
                headers=self._headers | (headers or {}),
                body=body,
                preload_content=not stream,
            )
        except urllib3.exceptions.HTTPError as error:
            raise RemoteError(f"{self._base} does not answer: {error}") from None
        if 200 <= answer.status < 300:
            return answer
        reason, kind = _reason(answer.data)
        raise RemoteError(f"{self._base} says {answer.status}: {reason}", kind)


def summary(row: Answer) -> Answer:
    """What `--json` prints, of what the API answers."""
    counts = (*wording.COUNTS, *wording.ABSENT_COUNTS)
    more = ("outcome", "warnings", "questions", "columns", "stopped", "same_as")
    names = ("id", "state", "rows", *counts, "seconds", "error", *more)
    shown = {name: row[name] for name in names}
    seldom = ("cures", "reasons", "rerun")
    return shown | {name: row[name] for name in seldom if row.get(name)}


def when(row: Answer) -> str:
    """Which import that was, when and by whom, as a sentence."""
    return wording.before(row, datetime.fromisoformat(row["created_at"]).astimezone(UTC))


def _reason(body: bytes) -> tuple[str, str]:
    """Why a request was refused, for people, and the kind of that."""
    try:
        problem = json.loads(body)
        return str(problem["detail"]), str(problem.get("kind", ""))
    except (ValueError, KeyError, TypeError):
        return "that is no Catalog, or a proxy answers for it.", ""
