"""Warnings that need the whole file and the catalog, in SQL: from the plan, the staging table, or a first look."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import SQL, Identifier

from catalog.importer.columns.result import Columns
from catalog.importer.invisible_characters import look_of
from catalog.importer.plan.plan import Planned
from catalog.importer.rows.chunk import LINE
from catalog.importer.values.fields import BLANK
from catalog.importer.warnings import swallowed
from catalog.importer.warnings.notices import Noticed
from catalog.importer.warnings.repeats import Strange
from catalog.importer.warnings.seen import EXAMPLES

# Only different texts are counted here, without computing keys: the plan already has one row for each key.
SPELLINGS = SQL("""
SELECT count(*) FROM (SELECT hashtextextended(sku, 0) AS spelling FROM {staging} GROUP BY spelling) AS spellings
""")
# Codes have up to 14 digits; a program that drops zeros drops them in the first rows too.
LOST_ZEROS = SQL("""
SELECT fresh.line, fresh.sku, product.sku
FROM (
    SELECT line, sku FROM {plan} WHERE action = 'created' AND sku ~ '^[1-9][0-9]*$' LIMIT 5000
) AS fresh
CROSS JOIN generate_series(1, 8) AS zeros
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = repeat('0', zeros) || fresh.sku COLLATE "C"
ORDER BY fresh.line
""")
LOST_IN_SLICE = """
SELECT fresh.sku, product.sku
FROM unnest(%s) AS fresh(sku)
CROSS JOIN generate_series(1, 8) AS zeros
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = repeat('0', zeros) || fresh.sku COLLATE "C"
WHERE NOT EXISTS (SELECT FROM products AS same WHERE sku_key(same.sku) COLLATE "C" = fresh.sku COLLATE "C")
"""
MOST_PROBED = 500  # of a slice
# SKUs with a strange character, each beside a known one that looks the same; `kept` is the SKU as it would be stored.
TWINS = """
SELECT DISTINCT ON (fresh.line, fresh.written) fresh.line, fresh.written, product.sku
FROM unnest(%(lines)s::integer[], %(written)s::text[], %(kept)s::text[], %(looks)s::text[])
    AS fresh(line, written, kept, looks)
CROSS JOIN LATERAL (VALUES (fresh.looks), (fresh.written)) AS like_it(sku)
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = sku_key(like_it.sku) COLLATE "C"
WHERE NOT EXISTS (
    SELECT FROM products AS same WHERE sku_key(same.sku) COLLATE "C" = sku_key(fresh.kept) COLLATE "C"
)
ORDER BY fresh.line, fresh.written
"""
# The same the other way round: SKUs of the catalog with a strange character, and plain ones that would be new.
STRANGE_PRODUCTS = """
SELECT sku FROM products
WHERE octet_length(sku) <> length(sku) AND (SELECT products FROM catalog_total) <= 200000
LIMIT 5000
"""
PLAIN_TWINS = SQL("""
SELECT plan.line, plan.sku, known.sku
FROM unnest(%(looks)s::text[], %(skus)s::text[]) AS known(look, sku)
JOIN {staging} AS staged ON staged.key = sku_key(known.look) COLLATE "C"
JOIN {plan} AS plan ON plan.row = staged.row AND plan.action = 'created'
ORDER BY plan.line
""")
TWINS_OF_FILE = SQL("""
SELECT DISTINCT ON (fresh.line) fresh.line, fresh.written, staged.sku
FROM unnest(%(lines)s::integer[], %(written)s::text[], %(kept)s::text[], %(looks)s::text[])
    AS fresh(line, written, kept, looks)
JOIN {staging} AS staged ON staged.key = sku_key(fresh.looks) COLLATE "C"
WHERE sku_key(fresh.kept) <> sku_key(fresh.looks)
ORDER BY fresh.line
""")
# The winner of a SKU is in the plan; every other row of it is lost.
WIPED = SQL("""
WITH winner AS (
    SELECT key FROM {staging} AS staged
    WHERE {is_empty} AND EXISTS (SELECT FROM {plan} AS plan WHERE plan.row = staged.row)
)
SELECT lost.line, lost.sku, lost.{field}::text
FROM {staging} AS lost JOIN winner USING (key)
WHERE NOT {is_empty_before}
ORDER BY lost.line
""")
ABSENT = SQL("SELECT sku FROM {plan} WHERE action IN ('deactivated', 'removed')")
AT_ONCE = 10_000  # SKUs of absent products
HASHED = "SET LOCAL enable_hashjoin = on"  # the plan turned it off


def of_plan(connection: Connection, scratch: str, noticed: Noticed, columns: Columns, planned: Planned) -> None:
    """Warnings that need the whole file and the catalog, from the plan and the staging table."""
    tables = {"plan": Identifier(f"{scratch}_plan"), "staging": Identifier(f"{scratch}_staging")}
    noticed.counted("repeated_skus", planned.duplicates)
    sku = columns.name_of("sku")
    with connection.cursor() as cursor:
        cursor.execute(HASHED)
        if planned.duplicates:
            spellings = noticed.spellings()
            if spellings is None:
                cursor.execute(SPELLINGS.format(**tables))
                ((spellings,),) = cursor.fetchall()
            noticed.at_least("alike_skus", spellings - planned.skus)
            _wiped(cursor, noticed, columns, tables)
        if planned.created:
            cursor.execute(LOST_ZEROS.format(**tables))
            _pairs(cursor, noticed, "lost_zeros", sku)
            _plain_twins(cursor, noticed, sku, tables)
        _twins_of_file(cursor, noticed, sku, tables)
        if noticed.inside and planned.deactivated + planned.removed:
            _taken_out(cursor, noticed, sku, tables)
    twins_in_catalog(connection, noticed, columns)


def of_slice(connection: Connection, noticed: Noticed, rows: pd.DataFrame, columns: Columns) -> None:
    """Warnings of a first look: new SKUs that the catalog has with leading zeros."""
    bare = rows[rows["sku"].str.fullmatch("[1-9][0-9]*")].head(MOST_PROBED)
    if not len(bare):
        return
    line_of = dict(zip(bare["sku"], bare[LINE], strict=True))
    sku = columns.name_of("sku")
    with connection.cursor() as cursor:
        cursor.execute(LOST_IN_SLICE, (list(line_of),))
        for fresh, known in cursor.fetchall():
            noticed.add("lost_zeros", int(line_of[fresh]), sku, f"{fresh} / {known}")


def twins_in_catalog(connection: Connection, noticed: Noticed, columns: Columns) -> None:
    """SKUs with an unusual character, and known ones that look the same."""
    if noticed.strange:
        with connection.cursor() as cursor:
            cursor.execute(TWINS, _as_arrays(noticed.strange))
            _pairs(cursor, noticed, "alike_known", columns.name_of("sku"))


def _taken_out(cursor: Cursor, noticed: Noticed, column: str, tables: dict[str, Identifier]) -> None:
    """Products that are absent for a sync, although their rows may be inside cells."""
    cursor.execute(ABSENT.format(**tables))
    while rows := cursor.fetchmany(AT_ONCE):
        named = noticed.inside.named(sku for (sku,) in rows)
        noticed.taken_out += len(named)
        if not noticed.count(swallowed.CODE):
            for sku in named[:EXAMPLES]:
                noticed.add(swallowed.CODE, None, column, sku)
    noticed.at_least(swallowed.CODE, noticed.taken_out)


def _plain_twins(cursor: Cursor, noticed: Noticed, column: str, tables: dict[str, Identifier]) -> None:
    """New SKUs, and known ones with an unusual character that look the same."""
    cursor.execute(STRANGE_PRODUCTS)
    known = {sku: look_of(sku) for (sku,) in cursor.fetchall()}
    known = {sku: look for sku, look in known.items() if look and look != sku}
    if known:
        arrays = {"looks": [*known.values()], "skus": [*known]}
        cursor.execute(PLAIN_TWINS.format(**tables), arrays)
        _pairs(cursor, noticed, "alike_known", column)


def _twins_of_file(cursor: Cursor, noticed: Noticed, column: str, tables: dict[str, Identifier]) -> None:
    """SKUs with an unusual character, and others of the file that look the same, without those of the first rows."""
    if not noticed.strange:
        return
    cursor.execute(TWINS_OF_FILE.format(**tables), _as_arrays(noticed.strange))
    if noticed.count("alike_skus"):
        noticed.at_least("alike_skus", cursor.rowcount)
    else:
        _pairs(cursor, noticed, "alike_skus", column)


def _as_arrays(found: Sequence[Strange]) -> dict[str, list[Any]]:
    return {
        "lines": [one.line for one in found],
        "written": [one.written for one in found],
        "kept": [one.kept for one in found],
        "looks": [one.look for one in found],
    }


def _pairs(cursor: Cursor, noticed: Noticed, code: str, column: str) -> None:
    """Add each row of a result: its line, and the two SKUs that look alike."""
    for line, fresh, known in cursor.fetchall():
        noticed.add(code, line, column, f"{fresh} / {known}")


def _wiped(cursor: Cursor, noticed: Noticed, columns: Columns, tables: dict[str, Identifier]) -> None:
    """Values that are empty in the last row of a SKU but not in an earlier one."""
    for field in sorted(noticed.emptied):
        names = {"field": Identifier(field), **tables}
        now = BLANK[field].format(Identifier("staged", field))
        before = BLANK[field].format(Identifier("lost", field))
        cursor.execute(WIPED.format(is_empty=now, is_empty_before=before, **names))
        for line, sku, value in cursor.fetchall():
            noticed.add("wiped_by_repeats", line, columns.name_of(field), f"{sku}: {value}")
