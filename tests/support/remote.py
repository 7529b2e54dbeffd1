"""A web host as a program of a customer sees it: requests to the API over the network, with a token."""

import json
import time
from typing import Any

import urllib3

PATIENCE = 60
AWAY = (urllib3.exceptions.HTTPError, OSError)


class Remote:
    """One web host, or the balancer before several."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
        self._http = urllib3.PoolManager(retries=False)

    @classmethod
    def at(cls, address: tuple[str, int], token: str) -> "Remote":
        """The host at an address and port."""
        return cls(f"http://{address[0]}:{address[1]}", token)

    def send(
        self, method: str, path: str, body: bytes | None = None, timeout: float = PATIENCE, **headers: str
    ) -> urllib3.BaseHTTPResponse:
        """One request, whatever the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.request(method, self._url + path, body=body, headers=self._headers | named, timeout=timeout)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> urllib3.BaseHTTPResponse:
        """One request that is answered well."""
        answer = self.send(method, path, body, **headers)
        assert answer.status < 300, answer.data
        return answer

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request that is answered well; both bodies are JSON."""
        content = {"Content_Type": "application/json"} if body is not None else {}
        return self.ask(method, path, body and json.dumps(body).encode(), **content, **headers).json()

    def form(self, path: str, **fields: str | tuple[str, bytes]) -> Any:
        """A form with these fields; returns the JSON of the answer."""
        body, kind = urllib3.encode_multipart_formdata(fields)
        return self.ask("POST", path, body, Content_Type=kind).json()

    def begin(self, size: int) -> str:
        """A new upload of so many bytes; returns its id."""
        begun = self.ask("POST", "/uploads", Upload_Length=str(size), Upload_Metadata="filename YS5jc3Y=")
        return begun.headers["Location"].rpartition("/")[2]

    def offset(self, upload: str) -> int:
        """How much of an upload is there."""
        return int(self.ask("HEAD", f"/uploads/{upload}").headers["Upload-Offset"])

    def add(self, upload: str, offset: int, data: bytes) -> int:
        """Send more of an upload; returns its size."""
        kind = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": str(offset)}
        return int(self.ask("PATCH", f"/uploads/{upload}", data, **kind).headers["Upload-Offset"])

    def resume(self, upload: str, data: bytes, seconds: float = PATIENCE) -> None:
        """Send what is missing of an upload, again and again until all of it is there, as a browser does."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                at = self.offset(upload)
                if self.add(upload, at, data[at:]) == len(data):
                    return
            except (AssertionError, *AWAY):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def ended(self, import_id: int, seconds: float = PATIENCE) -> dict[str, Any]:
        """The import after its end, as this host shows it. The host may be away for a while."""
        deadline = time.monotonic() + seconds
        row: dict[str, Any] = {}
        while row.get("state") not in ("completed", "failed", "cancelled"):
            assert time.monotonic() < deadline, row
            time.sleep(0.1)
            row = self.look(import_id)
        return row

    def look(self, import_id: int) -> dict[str, Any]:
        """The import as it is now; empty if the host does not say."""
        try:
            answer = self.send("GET", f"/imports/{import_id}", timeout=5)
        except AWAY:
            return {}
        found: dict[str, Any] = answer.json() if answer.status == 200 else {}
        return found
