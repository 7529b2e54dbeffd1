"""Put corrected rows into the staging table: with the checks of the file, and the last row of a SKU still wins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

import numpy as np
from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier

from catalog.importer.checks import rechecking
from catalog.importer.checks.rechecking import Row
from catalog.importer.checks.rows import check
from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError
from catalog.importer.opening.open import open_file
from catalog.importer.options.options import Options
from catalog.importer.ranges.copying import Copy, table_columns
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.rows.chunk import LINE, ROW

# The remaining corrected rows have no later row of their SKU, neither in the file nor among the corrected ones.
KEEP_WINNERS = SQL("""
DELETE FROM {staging} AS staged USING (
    SELECT sku_key(sku) COLLATE "C" AS key, max(row) AS row FROM {staging} GROUP BY 1
) AS last
WHERE last.key = sku_key(staged.sku) COLLATE "C" AND (staged.row <> last.row OR NOT staged.row = ANY (%(corrected)s))
""")


@dataclass
class StagedAgain:
    """The result for the corrected rows: `winners` are in the staging table, `duplicates` have a later row."""

    columns: Columns
    winners: int = 0
    duplicates: int = 0
    blank: int = 0
    errors: list[RowError] = field(default_factory=list)


def stage_again(
    file: BinaryIO,
    corrected: Iterable[list[Row]],
    accepted: Iterable[list[Row]],
    connection: Connection,
    scratch: str,
    options: Options,
    on_chunk: Callable[[int], None] = lambda position: None,
) -> StagedAgain:
    """Fill the table `scratch`_staging with the corrected rows that count. Raises Rejected.

    The file is read again to see what else it has of their SKUs; `accepted` are rows that were corrected and accepted
    earlier. `on_chunk` hears how far the file is read, in bytes.
    """
    opened = open_file(file, options)
    columns = opened.columns
    names = table_columns(columns)
    result = StagedAgain(columns)
    numbers: list[int] = []
    with connection.cursor() as cursor, Copy(cursor, f"{scratch}_staging", names) as copy:
        for rows in corrected:
            checked = rechecking.checked(rows, columns)
            copy.write(checked.frame)
            numbers += checked.frame[ROW].tolist()
            result.errors += checked.errors
            result.blank += checked.blank
        taken = np.array(numbers, np.intp)
        earlier = (rechecking.checked(rows, columns).frame for rows in accepted)
        read = (check(chunk, columns).frame for chunk in opened.chunks(BLOCK_BYTES))
        for frame in chain(earlier, read):
            others = frame.loc[~frame[ROW].isin(taken), [ROW, LINE, "sku"]]
            copy.write(others.reindex(columns=names))
            on_chunk(opened.position())
    with connection.cursor() as cursor:
        staging = Identifier(f"{scratch}_staging")
        cursor.execute(KEEP_WINNERS.format(staging=staging), {"corrected": numbers})
        cursor.execute(SQL("ANALYZE {} (sku)").format(staging))
        cursor.execute(SQL("SELECT count(*) FROM {}").format(staging))
        ((result.winners,),) = cursor.fetchall()
    result.duplicates = len(numbers) - result.winners
    return result
