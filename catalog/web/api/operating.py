"""How Catalog is doing, and who did what. All of it is an admin's."""

from dataclasses import asdict
from typing import Any

from catalog.imports import retention
from catalog.ops import vitals
from catalog.people import audit
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.people import schemas

bp = Blueprint("operating", "", "How it is doing, and who did what.", scope="admin")


@bp.get("/audit")
@bp.arguments(schemas.AuditQuery, location="query")
@bp.response(200, schemas.AuditPage)
def log(asked: dict[str, Any]) -> audit.Page:
    """The audit log, newest first, all of it or one group."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    return audit.page(before, asked["group"])


@bp.get("/status")
@bp.response(200, schemas.Status)
def status() -> dict[str, Any]:
    """Servers, disk, workers and queues at this moment."""
    queues = vitals.queues()
    return {
        "database": vitals.database(),
        "waiting": queues.waiting if queues else None,
        "workers": queues.workers if queues else [],
        "free_bytes": vitals.free_bytes(),
        "counts": vitals.counts(),
        "kept": asdict(retention.kept()),
    }
