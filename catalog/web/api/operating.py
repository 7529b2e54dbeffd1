"""The state of Catalog and the audit log, for admins."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields, validate

from catalog.imports import retention
from catalog.models import AuditEvent as AuditRow, Page
from catalog.ops import vitals
from catalog.people import audit
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.schema_fields import Body, cursor, next_cursor


class AuditQuery(Body):
    """A page of the audit log."""

    cursor = cursor()
    group = fields.String(load_default="", validate=validate.OneOf(["", *audit.GROUPS, *audit.OLD_GROUPS]))


class AuditEvent(Schema):
    """Who did what, when and from where."""

    id = fields.Integer()
    at = fields.DateTime(format="iso")
    action = fields.String()
    user_id = fields.Integer(allow_none=True)
    email = fields.String()
    subject = fields.String()
    address = fields.String()
    request_id = fields.String()
    count = fields.Integer(metadata={"description": "Number of events in this row, such as failed sign-ins."})


class AuditPage(Schema):
    """Some events, the newest first."""

    events = fields.List(fields.Nested(AuditEvent), attribute="rows")
    next_cursor = next_cursor()


class Worker(Schema):
    """A worker, as of its last heartbeat."""

    name = fields.String()
    host = fields.String()
    queues = fields.List(fields.String())
    state = fields.String()
    job = fields.String()
    heartbeat = fields.DateTime(format="iso", allow_none=True)


class Host(Schema):
    """The processes of one host, as of their last sign of life."""

    name = fields.String()
    roles = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "How many processes of each role run."}
    )
    versions = fields.List(fields.String(), metadata={"description": "Several while the host is upgraded."})
    seen = fields.DateTime(format="iso")


class Status(Schema):
    """The state of Catalog. null: the server does not answer."""

    database = fields.Dict(allow_none=True)
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    workers = fields.List(fields.Nested(Worker))
    hosts = fields.List(fields.Nested(Host))
    free_bytes = fields.Integer()
    kept = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={
            "description": "Bytes of uploads, old values, and plans and tables of imports (scratch)."
            " They are deleted after a time."
        },
    )
    counts = fields.Dict()


bp = Blueprint("operating", "", "State of the servers, and the audit log.", scope="admin")


@bp.get("/audit")
@bp.arguments(AuditQuery, location="query")
@bp.response(200, AuditPage)
def log(asked: dict[str, Any]) -> Page[AuditRow]:
    """List the audit log, newest first, all or one group."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    return audit.page(before, audit.group_named(asked["group"]))


@bp.get("/status")
@bp.response(200, Status)
def status() -> dict[str, Any]:
    """Get the state of servers, disk, workers and queues."""
    queues = vitals.queues()
    return {
        "database": vitals.database(),
        "waiting": queues.waiting if queues else None,
        "workers": queues.workers if queues else [],
        "hosts": vitals.hosts(),
        "free_bytes": vitals.free_bytes(),
        "counts": vitals.counts(),
        "kept": asdict(retention.disk_use()),
    }
