"""A Catalog elsewhere, by its API: what `catalog import` and `catalog export` do when CATALOG_URL and CATALOG_TOKEN are set.

Files are streamed both ways, and an import that is followed shows the same bar as one here.
"""

import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlencode

import urllib3
from tqdm import tqdm

from catalog import outcome
from catalog.config import Settings

if TYPE_CHECKING:
    from catalog.importer import Options

BLOCK_BYTES = 256 * 1024
FIRST_LOOK_SECONDS, WATCH_SECONDS = 0.05, 0.5  # a small import is over at once
GOING = ("queued", "reading", "applying")  # in review it waits for somebody
BAR = "{desc}: {percentage:3.0f}%|{bar}| {postfix}"

Answer = dict[str, Any]


class Refused(RuntimeError):
    """The other side said no, or nothing that we understand; the message is for people."""


class Server:
    """The Catalog at CATALOG_URL, asked with CATALOG_TOKEN."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"{settings.url.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {settings.token}"}
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60))

    def import_file(
        self, file: Path, options: "Options", *, skip_same: bool = False
    ) -> Answer:
        """Upload a file and follow it to its end; Ctrl-C cancels it there. Raises Refused, also for a file that is skipped."""
        row = self._upload(file, options, skip_same)
        try:
            return self._watch(row["id"], file.name)
        except KeyboardInterrupt:
            self._ask("POST", f"/imports/{row['id']}/cancel")
            return self._watch(row["id"], file.name)

    def apply(self, import_id: int, conflicts: str) -> Answer:
        """Carry out the plan of an import that waits there, and follow it. Raises Refused."""
        decision = json.dumps({"conflicts": conflicts}).encode()
        headers = {"Content-Type": "application/json"}
        path = f"/imports/{import_id}/apply"
        row = self._ask("POST", path, headers, iter([decision]))
        return self._watch(import_id, row["filename"])

    def discard(self, import_id: int) -> None:
        """Let the plan of an import that waits there go. Raises Refused."""
        if self._ask("GET", f"/imports/{import_id}")["state"] != "review":
            raise Refused("This import does not wait for a decision.")
        self._ask("POST", f"/imports/{import_id}/cancel")

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV, piece by piece. Raises Refused."""
        query = urlencode({name: value for name, value in asked.items() if value})
        return self._stream(f"/products/export.csv?{query}")

    def errors(self, import_id: int) -> Iterator[bytes]:
        """The refused rows of an import as CSV, piece by piece. Raises Refused."""
        return self._stream(f"/imports/{import_id}/errors.csv")

    def _stream(self, path: str) -> Iterator[bytes]:
        answer = self._send("GET", path, stream=True)
        with closing(answer):
            yield from answer.stream(BLOCK_BYTES)

    def _upload(self, file: Path, options: "Options", skip_same: bool) -> Answer:
        boundary = secrets.token_hex(16)
        pairs = _fields(options) + [("if_same", "refuse")] * skip_same
        head, tail = _around(boundary, file.name, pairs)
        size = len(head) + file.stat().st_size + len(tail)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(size),
            "Idempotency-Key": boundary,
        }
        with file.open("rb") as stream:
            body = _pieces(head, stream, tail)
            return self._ask("POST", "/imports", headers, body)

    def _watch(self, import_id: int, name: str) -> Answer:
        wait = FIRST_LOOK_SECONDS
        with tqdm(total=100, desc=name, bar_format=BAR, file=sys.stderr) as bar:
            while True:
                row = self._ask("GET", f"/imports/{import_id}")
                words = f"{row['phase']}, {row['rows']:,} rows"
                bar.set_postfix_str(words, refresh=False)
                bar.update(row["percent"] - bar.n)
                if row["state"] not in GOING:
                    return row
                time.sleep(wait)
                wait = min(2 * wait, WATCH_SECONDS)

    def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: Iterator[bytes] | None = None,
    ) -> Answer:
        answer = self._send(method, path, headers, body)
        found: Answer = json.loads(answer.data)
        return found

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: Iterator[bytes] | None = None,
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """An answer that is a success. Raises Refused."""
        try:
            answer = self._http.request(
                method,
                self._base + path,
                headers=self._headers | (headers or {}),
                body=body,
                preload_content=not stream,
            )
        except urllib3.exceptions.HTTPError as error:
            raise Refused(f"{self._base} does not answer: {error}") from None
        if 200 <= answer.status < 300:
            return answer
        raise Refused(f"{self._base} says {answer.status}: {_reason(answer.data)}")


def summary(row: Answer) -> Answer:
    """What `--json` prints, of what the API answers."""
    counts = (*outcome.COUNTS, *outcome.ABSENT_COUNTS)
    names = ("id", "state", "rows", *counts, "seconds", "error")
    return {name: row[name] for name in names}


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "that is no Catalog, or something stands between."


def _fields(options: "Options") -> list[tuple[str, str]]:
    """The choices as the API's form has them."""
    told: dict[str, Any] = {
        "mode": options.mode,
        "absent": options.absent,
        "review": "true" if options.review else "false",
        "confirmed": "true" if options.confirmed else "false",
        "active": "true" if options.active else "false",
        "blank": options.blank,
        "extra": options.extra,
        "delimiter": options.delimiter,
        "encoding": options.encoding,
        "header": "true" if options.header else "false",
        "skip": "" if options.skip is None else options.skip,
        "sheet": options.sheet,
        "max_errors": options.max_errors,
    }
    pairs = [(name, str(value)) for name, value in told.items() if value != ""]
    pairs += [("blank", f"{column}={does}") for column, does in options.blanks.items()]
    from catalog.importer import MAPPING  # loaded already, by who made the options

    mapping = {name: getattr(options, name) for name in MAPPING if name != "columns"}
    if any(mapping.values()):
        pairs.append(("mapping", json.dumps(mapping)))
    return pairs + [("map", f"{k}={v}") for k, v in options.columns.items()]


def _around(
    boundary: str, name: str, fields: list[tuple[str, str]]
) -> tuple[bytes, bytes]:
    """What stands before and after the file in a multipart body."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields
    ]
    plain = name.replace("\\", "\\\\").replace('"', "%22")
    plain = plain.replace("\r", "%0D").replace("\n", "%0A")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{plain}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return "".join(parts).encode(errors="replace"), f"\r\n--{boundary}--\r\n".encode()


def _pieces(head: bytes, stream: BinaryIO, tail: bytes) -> Iterator[bytes]:
    yield head
    while piece := stream.read(BLOCK_BYTES):
        yield piece
    yield tail
