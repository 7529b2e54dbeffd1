"""The host of the servers: PostgreSQL with passwords (scram), Redis with a password, and a bucket, all on one address.

`python -m tests.support.hosts.servers ADDRESS NETWORK` prints their URLs as one line of JSON. Each line of input is a
command ("restart postgres immediate", "stop redis", "bucket away"), answered with "done".
"""

import json
import sys
from contextlib import closing
from dataclasses import replace

import psycopg2

from catalog.ops import embedded_servers, ownership
from catalog.ops.embedded_servers import Server
from catalog.runtime import Settings
from tests.support.bucket import CREDENTIALS, Faulty, bucket
from tests.support.own_servers import Servers, own_servers

PASSWORD = "servers-of-tests"
DATABASE = "postgresql://{role}:" + PASSWORD + "@{address}:5432/catalog"
REDIS = "redis://:" + PASSWORD + "@{address}:6379/0"


def adapted(server: Server, network: str) -> Server:
    """The same server, which asks every host of the network for the password."""
    if server.name == "redis":
        words = [*server.command, "--requirepass", PASSWORD]
        return replace(server, command=words, answers=lambda pid: _listens(server.url.removeprefix("unix://")))
    data = server.command[server.command.index("-D") + 1]
    with open(f"{data}/pg_hba.conf", "a") as rules:
        rules.write(f"host all all {network} scram-sha-256\n")
    return replace(server, set_up=lambda: _set_passwords(server.url))


def _listens(path: str) -> bool:
    """Whether Redis has loaded its data."""
    from redis import Redis, RedisError

    try:
        return bool(Redis(unix_socket_path=path, password=PASSWORD).ping())
    except RedisError:
        return False


def _set_passwords(url: str) -> None:
    as_superuser = url.replace(f"{ownership.ROLE}@", f"{ownership.SETUP}@", 1)
    with closing(psycopg2.connect(as_superuser)) as connection, connection, connection.cursor() as cursor:
        for role in (ownership.ROLE, ownership.SETUP):
            cursor.execute(f"ALTER ROLE {role} PASSWORD %s", (PASSWORD,))


def obey(words: list[str], servers: Servers, storage: Faulty) -> None:
    """Carry out one command."""
    match words:
        case ["bucket", word]:
            storage.is_away = word == "away"
        case [("start" | "stop" | "restart") as verb, *named]:
            getattr(servers, verb)(*named)
        case _:
            raise ValueError(words)


def main(address: str, network: str) -> None:
    """Serve until the input ends."""
    embedded_servers.POSTGRES_SETTINGS["listen_addresses"] = address
    embedded_servers.REDIS_SETTINGS.update(port="6379", bind=address)
    own = own_servers(Settings(), lambda server: adapted(server, network), on_small_disk=False)
    with bucket(address) as storage, own as servers:
        told = {
            "DATABASE_URL": DATABASE.format(role=ownership.ROLE, address=address),
            "REDIS_URL": REDIS.format(address=address),
            "STORAGE_URL": storage.url,
            **CREDENTIALS,
        }
        print(json.dumps(told), flush=True)
        for line in sys.stdin:
            obey(line.split(), servers, storage)
            print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
