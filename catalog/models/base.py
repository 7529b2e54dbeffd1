"""What every table shares: the names of constraints, the types of columns, and who is the same SKU."""

from datetime import datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from psycopg2.extensions import cursor as Cursor
from sqlalchemy import Connection, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry


class Base(DeclarativeBase):
    """Every table; names its constraints so that a migration can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "%(table_name)s_%(column_0_N_name)s",
                "uq": "%(table_name)s_%(column_0_N_name)s_key",
                "ck": "%(table_name)s_%(constraint_name)s",
                "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
                "pk": "%(table_name)s_pkey",
            }
        ),
        type_annotation_map={str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB},
    )


db = SQLAlchemy(model_class=Base)


def cursor_of(connection: Connection) -> Cursor:
    """psycopg2's cursor on a connection of the pool, in its transaction."""
    return cast(Cursor, connection.connection.cursor())


SEALED = "sealed"
"""What the `info` of a column says that holds secrets, encrypted by `sealing`: for which of these purposes."""
SECOND_FACTORS = b"catalog: second factors"
WEBHOOK_SECRETS = b"catalog: secrets of webhooks"
SOURCE_URLS = b"catalog: addresses of import sources"

EXPORTS = "exports"
"""The engine of exports, `db.engines[EXPORTS]`: its connections are not those of pages."""

SKU_KEY = 'sku_key({}) COLLATE "C"'
"""Who is the same SKU. The function is made by a migration; queries must repeat the collation or the index is not used."""

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""The characters with Unicode's property White_Space: what is trimmed from both ends of a SKU and a name."""

SKU_CLEAN = (
    f"sku <> '' AND sku = btrim(sku, '{WHITE_SPACE}') AND (octet_length(sku) = length(sku) OR sku IS NFC NORMALIZED)"
)
"""Cleaning happens where a SKU comes in; this holds it to that. Plain ASCII is NFC, and the check is cheaper than asking."""
