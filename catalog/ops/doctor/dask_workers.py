"""Print how many workers a scheduler of Dask has.

`python -m catalog.ops.doctor.dask_workers ADDRESS SECONDS [CA CERTIFICATE KEY]` is a process of its own, because
loading Dask takes a second and memory that `catalog up` would keep.
"""

import sys

import distributed
from distributed.security import Security


def main(address: str, seconds: str, *files: str) -> None:
    """Ask the scheduler. Raises OSError if it does not answer in time."""
    names = ("tls_ca_file", "tls_client_cert", "tls_client_key")
    security = Security(require_encryption=True, **dict(zip(names, files, strict=True))) if files else None
    with distributed.Client(address, security=security, timeout=float(seconds), set_as_default=False) as client:
        print(len(client.nthreads()))


if __name__ == "__main__":
    main(*sys.argv[1:])
