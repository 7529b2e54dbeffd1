"""Replay bundles that break rules: rejected with their reason by every door, and nothing of them is kept."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from catalog.importer import Rejected
from catalog.importer.files.unpack import unpack
from catalog.imports.intake import bundles
from catalog.models import Import
from catalog.runtime import Settings
from tests.imports.test_past_imports import drop
from tests.support.programs import Program, problem

Run = Callable[..., Import]
FILE = b"sku,name\nA,Lamp\n"


def told(**changed: object) -> bytes:
    """A manifest."""
    usual = {"bundle": 1, "file": "file/a", "filename": "a", "sha256": "", "size": 1}
    return json.dumps(usual | {"options": {}, "report": {}} | changed).encode()


BROKEN_MANIFESTS = {
    "nested too deeply": b"[" * 200_000,
    "a size without end": told(size=1).replace(b'"size": 1', b'"size": 1e999'),
    "a list": b"[1]",
    "a number": b"1",
    "not UTF-8": b"{\xff}",
    "a file that is a list": told(file=[]),
    "a folder as its file": told(file="file/"),
    "options that are a list": told(options=[]),
    "a NUL in a choice": told(options={"columns": {"sku": "\0"}}),
    "half a character": told(options={"sheet": "\ud800"}),
    "a wide separator": told(options={"delimiter": "→"}),
}


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP with these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, data in members.items():
            zip_.writestr(name, data)
    return packed.getvalue()


def flipped(packed: bytes, at: str) -> bytes:
    """The same ZIP, its manifest encrypted, packed in an unknown way, or its bytes broken."""
    changed = bytearray(packed)
    entry = packed.rindex(bundles.MANIFEST.encode()) - 46  # in the directory
    if at == "encrypted":
        changed[entry + 8] |= 1
    elif at == "unknown way":
        changed[entry + 10] = changed[8] = 99
    else:
        start = packed.index(bundles.MANIFEST.encode()) + len(bundles.MANIFEST)
        changed[start : start + 4] = b"\xff" * 4
    return bytes(changed)


def rejected_by_all_doors(client: FlaskClient, writer: Program, settings: Settings, packed: bytes) -> str:
    """The words of the page; the look and the import of the API reject it too, and nothing of it is kept."""
    before = set(settings.uploads.glob("*"))
    answer = drop(client, packed)
    assert answer.status_code == 422, answer.text
    for path in ("/imports/look", "/imports"):
        sent = {"file": (io.BytesIO(packed), "b.zip")}
        problem(writer.ask("POST", path, data=sent), 422, "invalid")
    assert set(settings.uploads.glob("*")) == before
    return str(answer.text)


@pytest.mark.parametrize("manifest", BROKEN_MANIFESTS.values(), ids=list(BROKEN_MANIFESTS))
def test_a_bundle_with_a_broken_manifest_is_rejected(
    client: FlaskClient, settings: Settings, writer: Program, manifest: bytes
) -> None:
    packed = zipped({bundles.MANIFEST: manifest, "file/": b"", "file/a": FILE})
    assert "manifest" in rejected_by_all_doors(client, writer, settings, packed)


@pytest.mark.parametrize("way", ["encrypted", "unknown way", "broken"])
def test_a_bundle_whose_manifest_can_not_be_unpacked_is_rejected(
    client: FlaskClient, settings: Settings, writer: Program, way: str
) -> None:
    packed = flipped(zipped({"file/a": FILE, bundles.MANIFEST: b"{}" * 50}), way)
    assert "damaged" in rejected_by_all_doors(client, writer, settings, packed)


def test_a_bundle_that_unpacks_to_a_thousand_times_its_size_is_rejected(
    client: FlaskClient, settings: Settings, writer: Program
) -> None:
    size = 40 * 1024**2
    packed = zipped({bundles.MANIFEST: told(size=size), "file/a": bytes(size)})
    assert len(packed) < 50_000
    before = set(settings.uploads.glob("*"))
    answer = drop(client, packed)
    assert answer.status_code == 422 and "times its size" in answer.text
    sent = {"file": (io.BytesIO(packed), "b.zip")}
    problem(writer.ask("POST", "/imports", data=sent), 422, "invalid")
    assert set(settings.uploads.glob("*")) == before


def test_a_zip_with_more_names_than_it_may_have_is_not_read_to_its_end(run_import: Run) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_:
        for number in range(30_000):
            zip_.writestr(f"{number}.csv", b"")
    packed.seek(0)
    tracemalloc.start()
    assert bundles.read(packed) is None
    with pytest.raises(Rejected, match="too many files"):
        unpack(packed)
    assert tracemalloc.get_traced_memory()[1] < 4 * 1024**2
    tracemalloc.stop()
    ended = run_import(packed.getvalue())
    assert ended.state == "failed" and "too many files" in ended.error


def test_a_member_is_read_in_pieces_larger_than_a_directory(run_import: Run) -> None:
    text = b"sku,name\n" + b"".join(b"A%d,%030x\n" % (n, n * 7919) for n in range(60_000))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as zip_:
        zip_.writestr("list.csv", text)
    ended = run_import(packed.getvalue())
    assert (ended.state, ended.created) == ("completed", 60_000)
