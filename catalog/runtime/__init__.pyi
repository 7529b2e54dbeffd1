"""What the room offers, and where each of it lives."""

from catalog.runtime import (
    addresses,
    connections,
    core,
    hosts,
    logs,
    outages,
    outbound,
    public_addresses,
    schema,
    sealing,
    slots,
    storage,
    terminal,
)
from catalog.runtime.connections import to_postgres
from catalog.runtime.core import create_core
from catalog.runtime.hosts import Host, by_host, living
from catalog.runtime.settings import LONG_FORMS, PROJECT, ROLES, Role, Settings, variables
from catalog.runtime.slots import Slots, TooMany
from catalog.runtime.storage.protocol import Storage, Writer
from catalog.runtime.terminal import one_line
from catalog.runtime.work import failpoints, pubsub, queue, run as leased_run
from catalog.runtime.work.lease import Lease, Leased, LeaseLost

__all__ = [
    "LONG_FORMS",
    "PROJECT",
    "ROLES",
    "Host",
    "Lease",
    "LeaseLost",
    "Leased",
    "Role",
    "Settings",
    "Slots",
    "Storage",
    "TooMany",
    "Writer",
    "addresses",
    "by_host",
    "connections",
    "core",
    "create_core",
    "failpoints",
    "hosts",
    "leased_run",
    "living",
    "logs",
    "one_line",
    "outages",
    "outbound",
    "public_addresses",
    "pubsub",
    "queue",
    "schema",
    "sealing",
    "slots",
    "storage",
    "terminal",
    "to_postgres",
    "variables",
]
