"""An upload goes from host to host, and every host shows and continues what it never saw."""

import io
import socket
import time
import zipfile

import pytest

from tests.hosts.conftest import Shop

pytestmark = pytest.mark.long

ROWS = 40_000
FILE = b"sku,name,price\n" + b"".join(
    b"A%d,Lamp %d with a name that is long enough for two parts of an upload %s,1.50\n" % (n, n, b"x" * 200)
    for n in range(ROWS)
)
FILE += b"B1,Stool,much\n"
SENT = 6_000_000  # more than one part


def cut_short(shop: Shop, upload: str, offset: int) -> socket.socket:
    """Send half of what is announced to web-a, and leave the line open."""
    line = socket.create_connection((shop.net.address("web-a"), 8000))
    lines = (
        f"PATCH /api/v1/uploads/{upload} HTTP/1.1",
        "Host: web-a",
        f"Authorization: Bearer {shop.token}",
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        f"Upload-Offset: {offset}",
        f"Content-Length: {len(FILE) - offset}",
    )
    line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + FILE[offset : offset + 500_000])
    return line


def bulk_ended(shop: Shop, job: dict[str, object]) -> dict[str, object]:
    """A bulk job after its end, through the balancer."""
    deadline = time.monotonic() + 60
    while not job["finished_at"]:
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
        job = shop.pages.json("GET", f"/bulk/{job['id']}")
    return job


def test_what_a_dead_host_received_others_continue_import_and_serve(shop: Shop) -> None:
    upload = shop.web_a.begin(len(FILE))
    assert shop.web_a.add(upload, 0, FILE[:SENT]) == shop.web_b.offset(upload) == SENT
    line = cut_short(shop, upload, SENT)
    shop.net.kill("web-a")
    line.close()
    shop.web_b.resume(upload, FILE[: SENT + 2_000_000])
    shop.again("web-a")
    shop.web_a.resume(upload, FILE)
    row = shop.web_b.form("/imports", upload=upload)
    done = shop.web_a.ended(row["id"])
    assert (done["state"], done["created"], done["rejected"]) == ("completed", ROWS, 1)
    owners = shop.query("SELECT lease_owner FROM imports WHERE id = %s", row["id"])
    assert str(owners[0][0]).startswith("work-")
    serves_all(shop, row["id"])


def serves_all(shop: Shop, number: int) -> None:
    """web-a, which has an empty disk, shows, repairs and takes back the import."""
    assert shop.web_a.ask("GET", f"/imports/{number}/file").data == FILE
    assert b"much" in shop.web_a.ask("GET", f"/imports/{number}/errors.csv").data
    with zipfile.ZipFile(io.BytesIO(shop.web_a.ask("GET", f"/imports/{number}/bundle.zip").data)) as bundle:
        assert bundle.read("file/a.csv") == FILE
    error = shop.web_a.json("GET", f"/imports/{number}/errors")["errors"][0]
    shop.web_a.json("PATCH", f"/imports/{number}/errors/{error['row']}", {"set": {"price": "2.50"}})
    shop.web_b.json("POST", f"/imports/{number}/errors/run")
    deadline = time.monotonic() + 60
    while shop.web_a.json("GET", f"/imports/{number}")["rejected"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    exported = shop.web_a.ask("GET", "/products/export.csv").data
    assert exported == shop.web_b.ask("GET", "/products/export.csv").data
    assert exported.count(b"\n") == ROWS + 2 and b"B1,Stool" in exported
    bulk_ended(shop, shop.web_a.json("POST", f"/imports/{number}/undo"))
    assert shop.web_b.json("GET", "/products")["products"] == []


def test_a_cancelled_import_is_retried_on_another_host(shop: Shop) -> None:
    for host in ("work-c", "work-d"):
        shop.net.unplug(host)
    number = sent(shop)
    shop.web_b.json("POST", f"/imports/{number}/cancel")
    assert shop.web_a.ended(number)["state"] == "cancelled"
    for host in ("work-c", "work-d"):
        shop.net.plug(host)
    shop.web_b.json("POST", f"/imports/{number}/retry")
    deadline = time.monotonic() + 60
    while shop.web_a.json("GET", f"/imports/{number}")["state"] != "completed":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def sent(shop: Shop) -> int:
    """A small file, sent to web-a as a form; returns the id of its import."""
    return int(shop.web_a.form("/imports", file=("small.csv", b"sku,name\nA1,Lamp\n"))["id"])
