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
from typing import Any, BinaryIO
from urllib.parse import urlencode

import urllib3
from tqdm import tqdm

from catalog.config import Settings
from catalog.importer import MAPPING, Options

BLOCK_BYTES = 256 * 1024
WATCH_SECONDS = 0.5
ACTIVE = ("queued", "reading", "review", "applying")
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

    def import_file(self, file: Path, options: Options) -> Answer:
        """Upload a file and follow it to its end; Ctrl-C cancels it there. Raises Refused."""
        row = self._upload(file, options)
        try:
            return self._watch(row["id"], file.name)
        except KeyboardInterrupt:
            self._ask("POST", f"/imports/{row['id']}/cancel")
            return self._watch(row["id"], file.name)

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV, piece by piece. Raises Refused."""
        query = urlencode({name: value for name, value in asked.items() if value})
        answer = self._send("GET", f"/products/export.csv?{query}", stream=True)
        with closing(answer):
            yield from answer.stream(BLOCK_BYTES)

    def _upload(self, file: Path, options: Options) -> Answer:
        boundary = secrets.token_hex(16)
        head, tail = _around(boundary, file.name, _fields(options))
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
        with tqdm(total=100, desc=name, bar_format=BAR, file=sys.stderr) as bar:
            while True:
                row = self._ask("GET", f"/imports/{import_id}")
                words = f"{row['phase']}, {row['rows']:,} rows"
                bar.set_postfix_str(words, refresh=False)
                bar.update(row["percent"] - bar.n)
                if row["state"] not in ACTIVE:
                    return row
                time.sleep(WATCH_SECONDS)

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
    from catalog.models import COUNTS

    names = ("id", "state", "rows", *COUNTS, "seconds", "error")
    return {name: row[name] for name in names}


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "that is no Catalog, or something stands between."


def _fields(options: Options) -> list[tuple[str, str]]:
    """The choices as the API's form has them."""
    pairs = [
        ("active", "true" if options.active else "false"),
        ("blank", options.blank),
        ("extra", options.extra),
    ]
    if options.delimiter:
        pairs.append(("delimiter", options.delimiter))
    if options.encoding:
        pairs.append(("encoding", options.encoding))
    if options.sheet:
        pairs.append(("sheet", options.sheet))
    if options.skip is not None:
        pairs.append(("skip", str(options.skip)))
    if not options.header:
        pairs.append(("header", "no"))
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
