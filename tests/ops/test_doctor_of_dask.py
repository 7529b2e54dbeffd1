"""What `catalog doctor` and the start say about Dask, in a plain line each."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import distributed
import pytest
from click.testing import CliRunner
from distributed.security import Security
from flask import Flask

from catalog.cli.command_line import main
from catalog.imports.ranges import cluster
from catalog.ops import doctor
from catalog.ops.doctor import dask_scheduler
from catalog.runtime import Settings
from tests.support import certificates


@contextmanager
def scheduler(workers: int = 0, **options: object) -> Iterator[str]:
    """A scheduler in this process, by default without workers; gives its HOST:PORT."""
    here = {"processes": False, "host": "127.0.0.1", "memory_limit": 0, "silence_logs": logging.ERROR}
    with distributed.LocalCluster(n_workers=workers, **here, **cluster.NO_DASHBOARD, **options) as there:
        yield there.scheduler_address.split("://")[1]


def said(where: str, **files: str) -> list[tuple[bool, str]]:
    """The findings about Dask."""
    return [(one.fine, one.what) for one in doctor.dask(Settings(dask=where, **files))]


def named(path: Path) -> dict[str, str]:
    """The settings of a certificate that signed itself."""
    return {f"dask_{kind}": str(path) for kind in ("ca", "cert", "key")}


def test_nothing_is_said_where_dask_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("") == []
    assert said("local") == [(True, "Dask is installed")]
    monkeypatch.setattr(dask_scheduler, "find_spec", lambda name: None)
    assert said("local") == [(False, "CATALOG_DASK is set, but Dask is not installed")]


def test_a_scheduler_answers_or_not(tmp_path: Path) -> None:
    certificates.write(tmp_path / "a.pem", "a")
    with scheduler(protocol="tcp://") as there:
        assert said(f"tcp://{there}")[1:] == [
            (True, f"the Dask scheduler at {there} answers"),
            (False, f"the Dask scheduler at {there} has no workers"),
        ]
        fine, what = said(f"tls://{there}", **named(tmp_path / "a.pem"))[1]
        assert not fine
        assert what.startswith(f"the Dask scheduler at {there} and this host do not agree on TLS: ")
    assert said(f"tcp://{there}")[1] == (
        False,
        f"the Dask scheduler at {there} does not answer: [Errno 111] Connection refused",
    )


def test_a_scheduler_with_tls_needs_our_certificate(tmp_path: Path) -> None:
    ours, other = tmp_path / "ours.pem", tmp_path / "other.pem"
    certificates.write(ours, "scheduler")
    certificates.write(other, "scheduler")
    files = {
        f"tls_{kind}": str(ours) for kind in ("ca_file", "scheduler_cert", "scheduler_key", "client_cert", "client_key")
    }
    with scheduler(protocol="tls://", security=Security(require_encryption=True, **files)) as there:
        assert said(f"tls://{there}", **named(ours))[1:] == [
            (True, f"the Dask scheduler at {there} answers over TLS"),
            (False, f"the Dask scheduler at {there} has no workers"),
        ]
        mixed = named(ours) | {"dask_cert": str(other), "dask_key": str(other)}  # the scheduler denies these, not we
        for files in (named(other), mixed):
            fine, what = said(f"tls://{there}", **files)[1]
            assert not fine
            assert "do not agree on TLS" in what
    fine, what = said(f"tls://{there}", **named(tmp_path / "none.pem"))[1]
    assert not fine
    assert what.startswith("the certificates for Dask can't be read: ")


def test_workers_of_a_scheduler_are_counted() -> None:
    with scheduler(workers=1, protocol="tcp://") as there:
        assert said(f"tcp://{there}")[2] == (True, f"the Dask scheduler at {there} has workers: 1")


def test_what_hangs_up_is_no_scheduler() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"127.0.0.1:{server.getsockname()[1]}"
        server.settimeout(5)
        threading.Thread(target=lambda: server.accept()[0].close()).start()
        assert said(f"tcp://{where}")[1] == (False, f"the Dask scheduler at {where} closes the connection")


def test_the_start_warns(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Settings = app.config["SETTINGS"]
    environment = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "CATALOG_DASK": "local"}
    monkeypatch.setattr(dask_scheduler, "find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["prepare"], env=environment | {"CATALOG_HOME": str(settings.home)})
    assert done.exit_code == 0
    assert done.stderr.startswith(
        "Warning: CATALOG_DASK is set, but Dask is not installed. Run in the project's folder: "
    )


@pytest.mark.parametrize("command", ["up", "doctor"])
def test_bad_settings_are_said_in_a_line_each(command: str) -> None:
    done = CliRunner().invoke(main, [command], env={"CATALOG_DASK": "tcp://scheduler:8786"})
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: CATALOG_DASK=tcp:// is only for this machine")
    assert len(done.stderr.splitlines()) == 1
    done = CliRunner().invoke(main, [command], env={"CATALOG_PORT": "x", "CATALOG_LEASE_SECONDS": "-1"})
    assert [line.split(": Input")[0] for line in done.stderr.splitlines()] == [
        "Error: CATALOG_PORT",
        "CATALOG_LEASE_SECONDS",
    ]
