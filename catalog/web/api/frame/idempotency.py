"""Idempotency-Key: a POST with a key runs once, and for a day a repeat gets the same response."""

import hashlib
import re
from typing import Any

from flask import Response, g, json, request
from sqlalchemy import text

from catalog.models import db
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.http.requests import Sink, body_file
from catalog.web.http.routes import access
from catalog.webhooks import signing

HEADER = "Idempotency-Key"
KEY = r"[\x21-\x7e]{1,255}"
ASKED_HEADERS = ("Upload-Length", "Upload-Metadata", "If-Match")
"""Headers that are part of the request, like the body."""
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Tus-Resumable", "Upload-Expires")

# The first request that inserts the row does the work. A request without a response after a minute counts as dead,
# and may be repeated.
BEGIN = text("""
INSERT INTO idempotency_keys AS known (token_id, key, fingerprint) VALUES (:token_id, :key, :fingerprint)
ON CONFLICT (token_id, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, created_at = now(), status = NULL, body = NULL
    WHERE known.created_at < now() - interval '1 day'
        OR (
            known.status IS NULL AND known.fingerprint = excluded.fingerprint
            AND known.created_at < now() - interval '1 minute'
        )
RETURNING true
""")
KNOWN = text("""
SELECT fingerprint, status, headers, body FROM idempotency_keys WHERE token_id = :token_id AND key = :key
""")
END = text("""
UPDATE idempotency_keys SET status = :status, headers = CAST(:headers AS jsonb), body = :body
WHERE token_id = :token_id AND key = :key
""")
FORGET = text("DELETE FROM idempotency_keys WHERE token_id = :token_id AND key = :key")


def begin() -> Response | None:
    """The stored response of this key. None: run the request. Raises Problem: key_reused, in_progress."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not re.fullmatch(KEY, key):
        raise invalid(HEADER, "Use 1 to 255 visible ASCII characters.")
    mine = {"token_id": caller().token_id, "key": key, "fingerprint": _fingerprint()}
    with db.engine.begin() as connection:
        if connection.execute(BEGIN, mine).scalar():
            g.idempotency = mine
            return None
        known = connection.execute(KNOWN, mine).one_or_none()
    if known is None or known.fingerprint == mine["fingerprint"]:
        return _again(known)
    raise Problem("key_reused", errors=[(HEADER, "Use a new key for a new request.")])


def end(response: Response) -> Response:
    """Store the response for a repeat. Temporary errors are not stored."""
    mine: dict[str, Any] | None = g.pop("idempotency", None)
    if mine is None:
        return response
    with db.engine.begin() as connection:
        if response.status_code >= 500 or response.status_code in (409, 429):
            connection.execute(FORGET, mine)
            return response
        headers = {n: v for n, v in response.headers if n in KEPT_HEADERS}
        body = signing.encrypt(response.get_data(as_text=True), signing.keys())
        answer = {"status": response.status_code, "headers": json.dumps(headers), "body": body}
        connection.execute(END, mine | answer)
    return response


def _again(known: Any) -> Response:
    """The stored response. Raises Problem: in_progress."""
    if known is None or known.status is None:
        raise Problem("in_progress")
    body = signing.decrypt(known.body, signing.keys())
    headers = known.headers | {"Idempotent-Replayed": "true"}
    return Response(body, known.status, headers)


def _fingerprint() -> str:
    """A hash of the method, the URL, the headers in ASKED_HEADERS and the body. A file counts with its sha256."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    for name in ASKED_HEADERS:
        if name in request.headers:
            digest.update(json.dumps([name, request.headers[name]]).encode())
    if access(request.endpoint).is_upload:
        for name, value in sorted(request.form.items(multi=True)):
            digest.update(json.dumps([name, value]).encode())
        for name, file in sorted(request.files.items(multi=True)):
            if isinstance(file.stream, Sink):
                digest.update(json.dumps([name, file.stream.sha256()]).encode())
        if sent := body_file():
            digest.update(sent.sha256().encode())
    else:
        digest.update(request.get_data())
    return digest.hexdigest()
