"""The files that engines are compared on, and which engines can take them."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.engines import ways

BUCKET = "bench-of-engines"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key-of-the-bench",
    "AWS_SECRET_ACCESS_KEY": "secret-of-the-bench",
    "AWS_EC2_METADATA_DISABLED": "true",
}
SERVE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


@dataclass(frozen=True)
class Case:
    """`files` files of `share` times the rows that were asked for, read by these engines."""

    title: str
    kind: str
    engines: list[str]
    files: int = 1
    share: float = 1
    in_bucket: bool = False

    def rows(self, rows: int) -> int:
        """The rows of each file."""
        return max(int(rows * self.share), 1)


SEVERAL = [ways.FLOOR, ways.ALONE, ways.SIDE_BY_SIDE, *ways.ENGINES]
FROM_BUCKET = [ways.FLOOR, ways.ALONE, ways.DASK_2X1, "polars"]  # the others need packages or downloads of their own
CASES = {
    "breaks": Case("line breaks in 60 % of the rows", "breaks", ways.ALL),
    "plain": Case("no line breaks", "plain", ways.ALL),
    "kills": Case(
        "a process of Dask gets SIGKILL", "breaks", [ways.DASK_2X1, ways.WORKER_KILLED, ways.SCHEDULER_KILLED]
    ),
    "eight": Case("eight files at once", "breaks", SEVERAL, files=8),
    "forty": Case("forty dirty files", "dirty", SEVERAL, files=40, share=0.025),
    "bucket": Case("from a bucket", "breaks", FROM_BUCKET, in_bucket=True),
    "large": Case("ten times the rows", "breaks", ways.ALL, share=10),
}
SCALING = "scaling"
DEFAULT = tuple(name for name in (*CASES, SCALING) if name != "large")


@contextmanager
def _bucket(files: list[Path]) -> Iterator[dict[str, str]]:
    """The environment with a bucket that has the files."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as moto:
        assert moto.stdout
        assert moto.stdin
        port = int(moto.stdout.readline())
        _put(port, f"/{BUCKET}")
        for file in files:
            _put(port, f"/{BUCKET}/files/{file.name}", file)
        endpoint = f"http://127.0.0.1:{port}"
        yield CREDENTIALS | {
            "STORAGE_URL": f"s3://{BUCKET}/uploads?endpoint={endpoint}",
            "AWS_ENDPOINT_URL": endpoint,
            "BENCH_BUCKET": f"s3://{BUCKET}/files",
        }
        moto.stdin.close()


def place(case: Case, files: list[Path]) -> AbstractContextManager[dict[str, str]]:
    """The environment in which engines find the files, beside that of the servers."""
    return _bucket(files) if case.in_bucket else nullcontext({})


def _put(port: int, path: str, file: Path | None = None) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("PUT", path, file.read_bytes() if file else b"")
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise SystemExit(f"The bucket answers {answer.status}.")
