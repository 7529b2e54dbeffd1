"""What every table shares: the names of constraints and the types of columns."""

from datetime import datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from psycopg2.extensions import cursor as Cursor
from sqlalchemy import Connection, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry


class Base(DeclarativeBase):
    """The base of all tables. It names constraints, so that migrations can refer to them."""

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
"""The key in the `info` of a column that holds encrypted secrets; its value is one of these purposes (see sealing)."""
SECOND_FACTORS = b"catalog: second factors"
WEBHOOK_SECRETS = b"catalog: secrets of webhooks"
SOURCE_URLS = b"catalog: addresses of import sources"

EXPORTS = "exports"
"""The engine of exports, `db.engines[EXPORTS]`: its connections are not those of pages."""
