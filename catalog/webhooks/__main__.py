"""The process `python -m catalog.webhooks`: a dispatcher."""

import os
import signal
import threading

from catalog.config import Settings
from catalog.ops import discovery
from catalog.runtime import hosts
from catalog.runtime.core import create_core
from catalog.webhooks import signing
from catalog.webhooks.dispatcher import Dispatcher

NICE = 5  # pages and imports come first


def main() -> None:
    """Send deliveries until SIGINT or SIGTERM."""
    os.nice(NICE)
    stop = threading.Event()
    app = create_core(discovery.require(Settings()))
    hosts.announce(app, "webhooks")
    with app.app_context():
        dispatcher = Dispatcher(app.config["SETTINGS"], signing.keys())

    def end(*_: object) -> None:
        stop.set()
        dispatcher.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    dispatcher.run(stop)


if __name__ == "__main__":
    main()
