"""CSV in, staged rows, plan, apply. It needs a file, a connection and a callback, and knows neither Flask nor the ORM.

    >>> with open("spring.csv", "rb") as file:
    ...     staged = importer.stage(file, connection, "scratch", Options(), on_chunk=print)
    >>> importer.verify(connection, "scratch", staged)
    >>> planned = importer.make_plan(connection, "scratch", staged.columns, Options())
    >>> importer.apply(connection, "scratch", planned, change_set_id=1)
    >>> connection.commit()

Between plan and apply there may be days: `keep` makes the plan last, `page` shows it, `resolve_conflicts` deals with
what changed since. `stage` reads and checks, `make_plan` says what each SKU's winner would do, `apply` does it. Each
works inside the caller's transaction and commits nothing; `connection` is psycopg2's. A file that is rejected as a
whole raises `Rejected`.

`__init__.pyi` lists the names of the library, for people, type checkers and `__getattr__`. A module is loaded when one
of its names is first used, so that commands, pages and webhooks start without pandas.
"""

from catalog.front_door import offered

__getattr__, __dir__ = offered(__name__)
