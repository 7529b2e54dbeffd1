"""A scheduler of Dask runs what reaches its port: beyond this machine its address needs TLS."""

import pytest
from pydantic import ValidationError

from catalog.runtime import Settings

FILES = {"dask_ca": "/ca.pem", "dask_cert": "/cert.pem", "dask_key": "/key.pem"}


@pytest.mark.parametrize("where", ["", "local", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:1"])
def test_this_machine_needs_no_certificates(where: str) -> None:
    assert Settings(dask=where).dask == where


def test_another_machine_needs_three_files() -> None:
    assert Settings(dask="tls://scheduler:8786", **FILES).dask_ca == "/ca.pem"
    for missing in FILES:
        with pytest.raises(ValidationError, match="paths of three files"):
            Settings(dask="tls://scheduler:8786", **(FILES | {missing: ""}))


@pytest.mark.parametrize("where", ["tcp://scheduler:8786", "tcp://10.0.0.1:8786", "tcp://127.0.0.1.example.com:1"])
def test_a_bare_address_elsewhere_is_rejected(where: str) -> None:
    with pytest.raises(ValidationError, match="only for this machine"):
        Settings(dask=where)


@pytest.mark.parametrize(
    "where", ["scheduler:8786", "ucx://scheduler:1", "tls://user:secret@scheduler:1", "tls://", "tls://s", "tls://s:x"]
)
def test_other_addresses_are_rejected_without_repeating_them(where: str) -> None:
    with pytest.raises(ValidationError) as told:
        Settings(dask=where, **FILES)
    assert "secret" not in str(told.value)
