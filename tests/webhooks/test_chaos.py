"""The dispatcher is killed at random points: every event arrives, and a repeat carries the same id.

`make chaos` kills it fifty times.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict

import pytest

from catalog.runtime import Settings
from tests.support.live import environment
from tests.webhooks.conftest import Receiver, happen, reply, settled, subscribe, until

KILLS = int(os.environ.get("CHAOS_KILLS", "2"))
QUICK = {
    "CATALOG_WEBHOOK_ALLOW": "127.0.0.0/8",
    "CATALOG_WEBHOOK_LEASE_SECONDS": "1.5",
    "CATALOG_WEBHOOK_TOTAL_SECONDS": "1",
    "CATALOG_WEBHOOK_RETRY_SECONDS": "0,0.2,0.2,0.2,0.2,0.2",
    "CATALOG_WEBHOOK_PAUSE_SECONDS": "0.2",
}


def start(hooks: Settings) -> "subprocess.Popen[bytes]":
    """The process as the supervisor starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "catalog.webhooks"], env=environment(hooks) | QUICK, stdin=subprocess.DEVNULL
    )


def ids_of(receiver: Receiver) -> dict[int, set[str]]:
    """Under which ids each event came."""
    ids: dict[int, set[str]] = defaultdict(set)
    for message in receiver.messages:
        ids[message.data["n"]].add(message.id)
    return ids


@pytest.mark.long
@pytest.mark.timeout(180 + 10 * KILLS)
def test_killed_at_random_it_loses_nothing_and_changes_no_id(receiver: Receiver, hooks: Settings) -> None:
    chance = random.Random(4)
    receiver.answer = lambda handler, count: (time.sleep(0.02), reply(handler, 503 if count % 7 == 0 else 200))[0]
    subscribe(receiver, hooks, rate=1000)
    sent = 0
    process = start(hooks)
    try:
        for _ in range(KILLS):
            happen(40, start=sent)
            sent += 40
            heard = len(receiver.messages)
            until(lambda heard=heard: len(receiver.messages) > heard, 30)
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            process.wait()
            process = start(hooks)
        until(settled, 60)
    finally:
        process.terminate()
        code = process.wait(10)
    ids = ids_of(receiver)
    assert sorted(ids) == list(range(sent))
    assert {len(each) for each in ids.values()} == {1}
    assert receiver.problems == [] and code == 0


def test_told_to_stop_it_gives_back_what_it_could_not_finish(receiver: Receiver, hooks: Settings) -> None:
    is_over = threading.Event()
    receiver.answer = lambda handler, count: (count == 0 and is_over.wait(60), reply(handler, 200))[0]
    long = environment(hooks) | QUICK | {"CATALOG_WEBHOOK_LEASE_SECONDS": "60", "CATALOG_WEBHOOK_TOTAL_SECONDS": "30"}
    subscribe(receiver, hooks)
    happen()
    process = subprocess.Popen([sys.executable, "-m", "catalog.webhooks"], env=long)
    until(lambda: receiver.messages)
    process.terminate()
    assert process.wait(30) == 0  # though the receiver still waits
    is_over.set()
    second = start(hooks)
    until(settled)
    second.terminate()
    second.wait(10)
    assert len({message.id for message in receiver.messages}) == 1
    assert len(receiver.messages) == 2
