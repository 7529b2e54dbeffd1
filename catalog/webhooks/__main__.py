"""The process `python -m catalog.webhooks`: a dispatcher. It checks its settings before it loads the code for work."""

import os
import signal
import threading

from catalog.ops import discovery

NICE = 5  # pages and imports come first


def main() -> None:
    """Send deliveries until SIGINT or SIGTERM."""
    settings = discovery.require_or_exit()
    from catalog.runtime import core, hosts
    from catalog.webhooks import dispatcher, signing

    os.nice(NICE)
    stop = threading.Event()
    app = core.create_core(settings)
    discovery.contact_or_exit(app)
    hosts.announce(app, "webhooks")
    with app.app_context():
        sender = dispatcher.Dispatcher(settings, signing.keys())

    def end(*_: object) -> None:
        stop.set()
        sender.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sender.run(stop)


if __name__ == "__main__":
    main()
