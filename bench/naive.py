"""Simple ways to import a small file into an empty catalog. Their times are scaled to the whole file, and marked."""

import csv
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import psycopg2
from psycopg2.extras import execute_values
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from bench.files import Files
from bench.report import Report
from bench.server import Server
from catalog.imports.intake import sample
from catalog.models import Product
from catalog.runtime import Settings

UPSERT = """
INSERT INTO products (sku, name, description, created_change_set_id, change_set_id) VALUES %s
ON CONFLICT (sku_key(sku) COLLATE "C") DO UPDATE SET
    sku = excluded.sku, name = excluded.name, description = excluded.description
"""


def measure(server: Server, files: Files, report: Report) -> None:
    """Time each way once into an empty catalog."""
    url = server.database.url
    engine = create_engine(Settings().model_copy(update={"database_url": url}).sqlalchemy_url)
    ways: dict[str, Callable[[Path], None]] = {
        "ORM, row by row": lambda file: _orm(engine, file),
        "read_csv, to_sql": lambda file: _to_sql(engine, file),
        "read_csv, execute_values ON CONFLICT": lambda file: _execute_values(url, file),
    }
    file, rows, lines = files.small, files.small_rows, []
    for name, way in ways.items():
        server.database.reset(None)
        begun = time.perf_counter()
        way(file)
        seconds = time.perf_counter() - begun
        _check(server, rows)
        scaled = seconds * report.rows / rows
        lines.append([name, f"{scaled / report.floor:.1f} (scaled)", f"{seconds:.2f} s", f"{scaled:.0f} s (scaled)"])
    engine.dispose()
    report.table(
        f"Naive ways, new products, {rows:,} rows scaled to {report.rows:,}",
        ["way", "ratio to the floor", f"{rows:,} rows", f"{report.rows:,} rows"],
        lines,
        "They reject no row, show nothing and keep no history.",
    )


def _check(server: Server, rows: int) -> None:
    found, expected = (server.database.one("SELECT count(*) FROM products"), rows - rows * sample.DUPLICATES // 100)
    if found != expected:
        raise SystemExit(f"A naive way made {found:,} products instead of {expected:,}.")


def _orm(engine: Engine, file: Path) -> None:
    """Look up each SKU, then add or change the product. One commit at the end."""
    with Session(engine) as session, file.open(encoding="utf-8", newline="") as text:
        for record in csv.DictReader(text):
            key = func.sku_key(Product.sku).collate("C") == func.sku_key(record["sku"]).collate("C")
            product = session.scalar(select(Product).where(key))
            if product is None:
                product = Product(created_change_set_id=0, change_set_id=0, price=None)
                session.add(product)
            product.sku, product.name, product.description = (record["sku"], record["name"], record["description"])
        session.commit()


def _to_sql(engine: Engine, file: Path) -> None:
    """One DataFrame without duplicates, appended. It can't update, so it needs an empty catalog."""
    _frame(file).to_sql("products", engine, if_exists="append", index=False)


def _execute_values(url: str, file: Path) -> None:
    """One DataFrame without duplicates, in batches of INSERT ... ON CONFLICT."""
    columns = ["sku", "name", "description", "created_change_set_id", "change_set_id"]
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        execute_values(cursor, UPSERT, _frame(file)[columns].itertuples(index=False, name=None), page_size=1000)


def _frame(file: Path) -> pd.DataFrame:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    last = ~frame["sku"].str.lower().duplicated(keep="last")
    return frame[last].assign(created_change_set_id=0, change_set_id=0)
