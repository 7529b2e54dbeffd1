"""A worker of the queues: `python worker.py [QUEUE...]`, by default all. It runs under any process manager."""

import importlib
import sys

from catalog.ops import discovery


def main(names: list[str]) -> None:
    """Work on these queues until SIGTERM, which lets a running job end."""
    settings = discovery.require_or_exit()
    # Here, because the settings are checked first.
    from redis import RedisError
    from sqlalchemy.orm import configure_mappers

    from catalog.runtime import connections, hosts, logs, outages
    from catalog.runtime.core import create_core
    from catalog.runtime.work import allocation, queue
    from catalog.runtime.work.rq_worker import LastingWorker

    names = names or [queue.IMPORTS, queue.QUICK]
    logs.hear_libraries(host=settings.host_name)
    allocation.keep_freed_memory()
    app = create_core(settings)
    discovery.contact_or_exit(app)
    # Once here instead of in every job's process.
    importlib.import_module("catalog.jobs")
    configure_mappers()
    hosts.announce(app, " and ".join(names))
    with app.app_context():
        # A connection of its own: it waits for work as long as it takes.
        redis = connections.to_redis(settings.redis_url)
        try:
            worker = LastingWorker(names, settings.this_host, connection=redis)
        except RedisError as error:
            sys.exit(f"Redis is not available now: {outages.reason(error)} {outages.advice(error)}".rstrip())
        worker.work()


if __name__ == "__main__":
    main(sys.argv[1:])
