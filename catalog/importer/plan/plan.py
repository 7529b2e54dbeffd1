"""What the winning row of each SKU would do to the catalog, by the mode of the import, with the resulting values.

The plan is a table, nearly in the order of the key, so that applying it walks the catalog in order. It is the preview
and the diff too.
"""

from dataclasses import dataclass, replace

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Literal

from catalog.importer.columns.result import Columns
from catalog.importer.options.options import Options
from catalog.importer.plan import ranges
from catalog.importer.plan.winners import (
    ABSENT,
    ABSENT_KINDS,
    AFTER_ROWS,
    PART,
    PLAN,
    SETTINGS,
    VERDICTS,
    parts,
    results,
    same,
    tables,
)
from catalog.importer.values import actions
from catalog.importer.values.fields import each

COUNT = SQL("""
SELECT action, count(*), count(*) FILTER (WHERE action = 'updated' AND old_active AND NOT active)
FROM {plan} GROUP BY action
""")
# After the parts are planned, statements over the whole plan may use several processes again.
SHARED = """
SET LOCAL min_parallel_table_scan_size = DEFAULT; SET LOCAL parallel_leader_participation = DEFAULT
"""
STAGED = SQL("SELECT count(*) FROM {staging}")


@dataclass(frozen=True)
class Planned:
    """Counts of a plan, in products; `duplicates` are rows with a later row of the same SKU."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    duplicates: int = 0
    deactivated: int = 0  # by a sync, because they are not in the file
    removed: int = 0  # the same, but deleted
    switched_off: int = 0  # among the updated: those whose row makes them inactive

    @property
    def changes(self) -> int:
        """Products that the plan writes."""
        return self.created + self.updated + self.deleted + self.deactivated + self.removed

    @property
    def skus(self) -> int:
        """Different SKUs of the file: each is created, updated, unchanged, deleted or skipped."""
        return self.created + self.updated + self.unchanged + self.deleted + self.skipped


def make_plan(
    connection: Connection,
    scratch: str,
    columns: Columns,
    options: Options,
    for_review: bool = False,
    staged: int | None = None,
) -> Planned:
    """Make the table `scratch`_plan from `scratch`_staging and the catalog as it is.

    `for_review`: it outlives a crash of the server, and each of its rows has a SKU and a name. `staged`: the number
    of staged rows, if it is known.
    """
    names = tables(scratch)
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(SQL("DROP TABLE IF EXISTS {plan}").format(**names))
        part = {
            **names,
            **parts(named=for_review),
            "results": results(columns, options),
            "verdict": VERDICTS[options.mode].format(same=same(columns)),
            "kind": actions.of_row(),
        }
        between = ranges.between(ranges.bounds(cursor, names["staging"]))
        ranged = SQL(" UNION ALL ").join(PART.format(**part, **keys) for keys in between)
        logged = SQL("" if for_review else "UNLOGGED")
        cursor.execute(PLAN.format(**names, logged=logged, parts=ranged))
        if options.mode == "sync":
            kind = Literal(actions.number(*ABSENT_KINDS[options.absent]))
            n = AFTER_ROWS.format(**names)
            cursor.execute(
                ABSENT[options.absent].format(**names, kind=kind, n=n, columns=each(), old_columns=each("{old}"))
            )
        cursor.execute(SHARED)
        if staged is None:
            cursor.execute(STAGED.format(**names))
            ((staged,),) = cursor.fetchall()
        planned = count(connection, scratch)
    return replace(planned, duplicates=staged - planned.skus)


def count(connection: Connection, scratch: str) -> Planned:
    """Count the plan `scratch`_plan, in products; duplicates, in rows, only if the plan was stored."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(**tables(scratch)))
        found = cursor.fetchall()
    counts = {action: number for action, number, _ in found if action in actions.ACTIONS}
    return Planned(**counts, switched_off=sum(off for _, _, off in found))
