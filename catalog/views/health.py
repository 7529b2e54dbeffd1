"""Is it alive, and can it work?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from catalog import queue
from catalog.models import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Database and queue answer."""
    parts = {"database": _database(), "queue": _queue()}
    ready = all(parts.values())
    return {"status": "ok" if ready else "unavailable", **parts}, 200 if ready else 503


def _database() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _queue() -> bool:
    try:
        queue.waiting(queue.IMPORTS)
    except RedisError:
        return False
    return True
