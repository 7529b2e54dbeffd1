"""`make hosts`: Catalog on four hosts behind a balancer, until Ctrl-C. Nothing of it stays.

CATALOG_HOSTS_WORKERS is the number of worker hosts; 2 by default. All of them are stewards, too; one sends webhooks.
"""

import os
import signal

from catalog.runtime import PROJECT
from tests.support.hosts.ending import end_by_signals
from tests.support.hosts.landscape import EMAIL, PASSWORD, Landscape, landscape, missing

WEBS = ("web-a", "web-b")
NAMES = "cdefgh"
LOG = PROJECT / "var" / "hosts.log"
WORDS = """
Catalog is ready: {balancer}
  sign in as      {email} with: {password}
  web hosts       {webs}
  worker hosts    {workers}
  servers         {servers}: PostgreSQL, Redis and a bucket
  lines of all    {log}
Pull a cable:     ip -n {switch} link set {last} down    (and: up)
Ctrl-C ends all of it and removes the hosts.
"""


def start(hosts: Landscape, workers: list[str]) -> str:
    """Start all hosts at the same time; returns what to tell the person at the terminal."""
    roles = (
        dict.fromkeys(WEBS, "web") | dict.fromkeys(workers, "worker,steward") | {workers[-1]: "worker,steward,webhooks"}
    )
    for wait in [hosts.begin(host, role) for host, role in roles.items()]:
        wait()
    return WORDS.format(
        balancer=hosts.balance(WEBS),
        email=EMAIL,
        password=PASSWORD,
        webs=" ".join(f"{host} {hosts.url(host)}" for host in WEBS),
        workers=" ".join(f"{host} {hosts.network.address(host)}" for host in workers),
        servers=hosts.network.address("servers"),
        log=LOG,
        switch=hosts.network.switch,
        last=workers[0],
    )


def main() -> None:
    """Run until SIGINT, SIGTERM or SIGHUP; a second one ends it at once."""
    if reason := missing():
        print(f"make hosts is skipped: it {reason}.")
        return
    end_by_signals()
    workers = [f"work-{name}" for name in NAMES[: int(os.environ.get("CATALOG_HOSTS_WORKERS", "2"))]]
    LOG.parent.mkdir(exist_ok=True)
    print("Starting the servers and the hosts ...", flush=True)
    with LOG.open("w") as logs, landscape(logs) as hosts:
        print(start(hosts, workers), end="", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
