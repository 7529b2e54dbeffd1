"""The tables, each column with its reason. No behaviour: what can be done to a row lives in the service of its name.

Timestamps are aware and UTC. Counts are named as in the glossary and are the same wherever they are shown.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    registry,
    relationship,
)


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
        type_annotation_map={
            str: Text,
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
        },
    )


db = SQLAlchemy(model_class=Base)

SKU_KEY = 'sku_key({}) COLLATE "C"'
"""Who is the same SKU. The function is made by a migration; queries must repeat the collation or the index is not used."""

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters with Unicode's property White_Space: what is trimmed from both ends of a SKU and a name."""

SKU_CLEAN = f"sku <> '' AND sku = btrim(sku, '{WHITE_SPACE}') AND (octet_length(sku) = length(sku) OR sku IS NFC NORMALIZED)"
"""Cleaning happens where a SKU comes in; this holds it to that. Plain ASCII is NFC, and the check is cheaper than asking."""

ROLES = ("viewer", "editor", "admin")
"""What people may do, the least first; each may all that the ones before it may."""

ACTIVE_STATES = ("queued", "reading", "review", "applying")
END_STATES = ("completed", "failed", "cancelled", "undone")
COUNTS = (
    "created",
    "updated",
    "unchanged",
    "deleted",
    "skipped",
    "duplicates",
    "rejected",
    "blank",
)
"""What becomes of a row of a file. They add up to `rows`: nothing is lost without a word."""


class User(Base):
    """Somebody who may sign in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    password_hash: Mapped[str | None]  # argon2id; NULL: invited, none chosen yet
    role: Mapped[str] = mapped_column(server_default="viewer")  # one of ROLES
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]  # may not sign in; what they did stays theirs
    invite: Mapped[str | None]  # nonce of the one link that may set a password now
    totp_secret: Mapped[str | None]  # encrypted; NULL: no second factor
    totp_step: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0")
    )  # the newest time step used: a code works once

    __table_args__ = (
        Index("users_email_key", text("lower(email)"), unique=True),
        CheckConstraint("role IN ('viewer', 'editor', 'admin')", name="role"),
    )


class RecoveryCode(Base):
    """Instead of a code of the second factor, once. Random and long (120 bits), so a plain hash will do."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str]


class UserSession(Base):
    """One sign-in of one browser. A row of its own so that it can be ended on the server."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(
        unique=True
    )  # sha256: who reads the table can't sign in with it
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    address: Mapped[str] = mapped_column(server_default="")
    user_agent: Mapped[str] = mapped_column(server_default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class LoginAttempt(Base):
    """A sign-in that did not work, or is being tried: what throttling counts. Holds no address that was typed."""

    __tablename__ = "login_attempts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    account: Mapped[str]  # sha256 of the typed email: it may be a password by mistake
    network: Mapped[str]

    __table_args__ = (
        Index("login_attempts_account", "account", "at"),
        Index("login_attempts_network", "network", "at"),
    )


class AuditEvent(Base):
    """Who did what that matters to security, when and from where. Only ever added to, and pruned by age."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    action: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    email: Mapped[str] = mapped_column(server_default="")  # as it was then
    subject: Mapped[str] = mapped_column(server_default="")  # to what or whom
    address: Mapped[str] = mapped_column(server_default="")
    request_id: Mapped[str] = mapped_column(server_default="")


class Product(Base):
    """What the shop sells. The importer writes this table by SQL; the columns are its contract."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sku: Mapped[
        str
    ]  # as typed, but trimmed and NFC; who is the same is decided by sku_key()
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    price: Mapped[Decimal | None]  # as many decimals as were given: 1.10 stays 1.10
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    attributes: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # columns without a field of their own
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(
        server_default=text("1")
    )  # grows with every change, undo included
    # Where it came from and what touched it last, so that a created row needs no row in the log.
    created_change_set_id: Mapped[int]
    created_line: Mapped[int | None]
    change_set_id: Mapped[int]
    source_line: Mapped[int | None]

    __table_args__ = (
        Index(
            "products_sku_key",
            text(SKU_KEY.format("sku")),
            unique=True,
            postgresql_with={
                "fillfactor": 60
            },  # room for a second version of most products
        ),
        CheckConstraint(SKU_CLEAN, name="sku_clean"),
        CheckConstraint("name <> ''", name="name_given"),
    )


class ChangeSet(Base):
    """One change of the catalog as people speak of it: an import, an edit, a bulk job, an undo."""

    __tablename__ = "change_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # import, create, edit, delete, bulk, delete_all, undo
    source: Mapped[str]  # page, cli, api
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id")
    )  # none: the command line of the server
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    # The ids of the products that it created lie in this range: found by the primary key, no index of their own.
    first_product_id: Mapped[int | None] = mapped_column(BigInteger)
    last_product_id: Mapped[int | None] = mapped_column(BigInteger)
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_sets.id")
    )  # an undo: what it took back
    undone_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_sets.id")
    )  # the undo that took it back; none again when that one is undone
    indexed: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # search knows its products; until then they are looked at one by one

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("change_sets_pending", "id", postgresql_where=text("NOT indexed")),
        Index(
            "change_sets_undoes_id",
            "undoes_id",
            postgresql_where=text("undoes_id IS NOT NULL"),
        ),
    )


class ProductChange(Base):
    """The old values of one product that a change set changed or removed.

    Only the fields named in `fields` are kept; the rest are null. The previous change set and line make a chain back
    through the primary key, so that a product's history needs no second index on the largest table.
    """

    __tablename__ = "product_changes"

    # No foreign keys: a row outlives its product, and half a million checks of the same change set would be waste.
    change_set_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False
    )
    action: Mapped[str]  # updated, deleted, restored (an undo brought it back)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    sku: Mapped[str | None]
    name: Mapped[str | None]
    description: Mapped[str | None]
    price: Mapped[Decimal | None]
    active: Mapped[bool | None]
    attributes: Mapped[dict[str, Any] | None]
    line: Mapped[int | None]  # where this change came from, in the file of an import
    previous_change_set_id: Mapped[int]
    previous_line: Mapped[int | None]
    # Of a deleted product also what never changes, so that an undo brings back the same one.
    created_at: Mapped[datetime | None]
    created_change_set_id: Mapped[int | None]
    created_line: Mapped[int | None]
    version: Mapped[int | None]


class CatalogTotal(Base):
    """One row: how many products there are. Kept by every change set, so that no page has to count them."""

    __tablename__ = "catalog_total"

    id: Mapped[int] = mapped_column(primary_key=True)
    products: Mapped[int]


class Import(Base):
    """One file on its way in. This row is the truth; the queue and the progress channel only ring its bell."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    filename: Mapped[str]  # as the sender called it: shown, never opened
    storage_key: Mapped[str]  # as we call it
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    options: Mapped[dict[str, Any]]  # importer.Options
    source: Mapped[str]  # page, cli
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime] = mapped_column(
        server_default=func.now()
    )  # again at a retry: durations count from here
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]  # why it failed, for people

    rows: Mapped[int] = mapped_column(server_default=text("0"))
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    duplicates: Mapped[int] = mapped_column(server_default=text("0"))
    rejected: Mapped[int] = mapped_column(server_default=text("0"))
    blank: Mapped[int] = mapped_column(server_default=text("0"))

    # Progress: what the page shows. The version grows with every step, over retries and take-overs too.
    phase: Mapped[str] = mapped_column(server_default="received")
    percent: Mapped[float] = mapped_column(server_default=text("0"))
    progress_version: Mapped[int] = mapped_column(server_default=text("0"))
    recent_errors: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )
    columns: Mapped[dict[str, Any]] = mapped_column(
        JSON, server_default=text("'{}'")
    )  # what each column was taken for; not JSONB, which loses their order
    understood: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # importer.Understood: encoding, delimiter, header as they were taken
    timings: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # seconds a phase, peak memory of the worker

    # The lease: who works on it. A worker whose epoch is not the row's any more may not commit.
    lease_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    lease_expires_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    takes: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # workers that took it since it was queued by a person
    cancel_requested_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index(
            "imports_active",
            "id",
            postgresql_where=text(
                "state IN ('queued', 'reading', 'review', 'applying')"
            ),
        ),
    )


class RowError(Base):
    """A refused row and its reason. Kept without a cap: every refused row comes back."""

    __tablename__ = "row_errors"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    row: Mapped[int] = mapped_column(
        primary_key=True
    )  # 1 is the first row after the header
    line: Mapped[int]  # line of the file on which the row begins
    column: Mapped[str | None]  # none: the row as a whole
    code: Mapped[str]
    value: Mapped[str | None]  # what stood there, cut to a readable length
    message: Mapped[str]


class BulkJob(Base):
    """A change of many products at once, run by a worker: bulk edit, bulk delete, delete all, a large undo."""

    __tablename__ = "bulk_jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # set, delete, delete_all, undo
    selection: Mapped[dict[str, Any]]  # {"ids": [...]} or {"filter": {...}} or {}
    values: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # set: field -> value
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_sets.id")
    )  # undo: which change set
    source: Mapped[str]  # page, cli, api
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))

    state: Mapped[str] = mapped_column(
        server_default="queued"
    )  # queued, applying, completed, failed, cancelled
    error: Mapped[str | None]  # why it failed, for people
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(server_default=text("0"))  # products it is about
    done: Mapped[int] = mapped_column(server_default=text("0"))  # looked at so far
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # an undo: changed by somebody since, kept as they are
    percent: Mapped[float] = mapped_column(server_default=text("0"))
    progress_version: Mapped[int] = mapped_column(server_default=text("0"))

    lease_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    lease_expires_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    takes: Mapped[int] = mapped_column(server_default=text("0"))
    cancel_requested_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index(
            "bulk_jobs_active",
            "id",
            postgresql_where=text("state IN ('queued', 'applying')"),
        ),
    )


class SearchSegment(Base):
    """A part of the catalog that search knows: products as they were when it was built, in the order of their SKU.

    A product that changed since does not match its version here; it is in a newer segment or in a change set that is
    not indexed yet. Nothing here is the truth: all of it can be built again from products.
    """

    __tablename__ = "search_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    products: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # no search looks at it any more; the steward drops it


class SearchBlock(Base):
    """Some thousands of neighbours in a segment. `ids` and `versions` are little-endian arrays, int64 and int32."""

    __tablename__ = "search_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("search_segments.id", ondelete="CASCADE")
    )
    number: Mapped[int]  # 0 is the block with the lowest SKUs of its segment
    first_key: Mapped[str] = mapped_column(Text(collation="C"))
    last_key: Mapped[str] = mapped_column(Text(collation="C"))
    fences: Mapped[list[str]] = mapped_column(
        ARRAY(Text)
    )  # every 256th key: where in the block a page goes on
    ids: Mapped[bytes]
    versions: Mapped[bytes]

    __table_args__ = (
        Index("search_blocks_number", "segment_id", "number", unique=True),
    )


class SearchPosting(Base):
    """Which products of a block hold a term: their places in the block, uint16."""

    __tablename__ = "search_postings"

    block_id: Mapped[int] = mapped_column(
        ForeignKey("search_blocks.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    term: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    places: Mapped[bytes]


class SearchOrder(Base):
    """The places of a segment's products in the order of another field, some hundreds a row, big-endian uint32."""

    __tablename__ = "search_orders"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("search_segments.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    field: Mapped[str] = mapped_column(primary_key=True)  # name, price, updated
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_value: Mapped[str] = mapped_column(
        Text(collation="C")
    )  # of the last product in this row, as text that sorts as the value does
    last_id: Mapped[int] = mapped_column(BigInteger)
    places: Mapped[bytes]

    __table_args__ = (
        Index(
            "search_orders_last_value", "segment_id", "field", "last_value", "last_id"
        ),
    )


# Webhooks: who wants to hear (endpoints), what happened (events, the outbox), and what was sent (deliveries, attempts).

SORTED_ID = (
    "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0')"
    " || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)"
)
"""Text that nobody guesses and that sorts by the time when it was made (COLLATE "C")."""


class WebhookEndpoint(Base):
    """An address that wants to hear of events, its secret, and how it is doing."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    events: Mapped[list[str]] = mapped_column(
        ARRAY(Text)
    )  # types, or a whole group such as product.*
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    enabled_at: Mapped[datetime] = mapped_column(
        server_default=func.now()
    )  # what happened before is not sent
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[
        str | None
    ]  # failing, gone (410); none: somebody switched it off
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )

    secret: Mapped[str]  # encrypted with a key made from SECRET_KEY
    previous_secret: Mapped[str | None]  # signs too, until then
    previous_secret_until: Mapped[datetime | None]
    reveal_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )  # who may see the secret, once

    # How much at once: the tokens of a bucket that fills with `rate` a second, as they were at tokens_at.
    concurrency: Mapped[int] = mapped_column(server_default=text("5"))
    rate: Mapped[int] = mapped_column(server_default=text("50"))
    tokens: Mapped[float] = mapped_column(server_default=text("1"))
    tokens_at: Mapped[datetime] = mapped_column(server_default=func.now())

    # The circuit breaker: failures since the last success; paused until then.
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


class WebhookEvent(Base):
    """A fact for outsiders, written in the transaction that made it true: the outbox."""

    __tablename__ = "webhook_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[str] = mapped_column(
        Text(collation="C"), server_default=text(f"({SORTED_ID})")
    )  # what the ids of its deliveries are made of
    type: Mapped[str]
    payload: Mapped[str]  # the body as it is sent: JSON that nobody rewrites
    created_at: Mapped[datetime] = mapped_column(
        server_default=text("clock_timestamp()"), index=True
    )
    fanned_out: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # every webhook endpoint that wants it has its delivery

    __table_args__ = (
        Index("webhook_events_waiting", "id", postgresql_where=text("NOT fanned_out")),
    )


class WebhookDelivery(Base):
    """One event on its way to one webhook endpoint. The id is the `webhook-id`, the same over all attempts."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("webhook_events.id", ondelete="CASCADE")
    )
    endpoint_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    type: Mapped[str]  # of the event, to filter by
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(
        server_default="pending"
    )  # pending, sending, delivered, failed
    tries: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # attempts of this round; a redelivery begins a new one
    attempts: Mapped[int] = mapped_column(server_default=text("0"))  # of all rounds
    next_attempt_at: Mapped[datetime | None] = mapped_column(
        server_default=func.now()
    )  # while sending: when the lease ends, and somebody else may try
    claim: Mapped[str | None]  # who sends it; only they may say what became of it
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_attempt_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    endpoint: Mapped[WebhookEndpoint] = relationship(viewonly=True)
    event: Mapped[WebhookEvent] = relationship(viewonly=True)

    __table_args__ = (
        Index("webhook_deliveries_event", "event_id", "endpoint_id", unique=True),
        Index("webhook_deliveries_endpoint", "endpoint_id", "id"),
        Index(
            "webhook_deliveries_due",
            "endpoint_id",
            "next_attempt_at",
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
        Index(
            "webhook_deliveries_failed", "id", postgresql_where=text("state = 'failed'")
        ),
    )


class WebhookAttempt(Base):
    """One HTTP try of a delivery: what was sent, what came back. The body that was sent is the event's payload."""

    __tablename__ = "webhook_attempts"

    delivery_id: Mapped[str] = mapped_column(
        Text(collation="C"),
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"),
        primary_key=True,
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    url: Mapped[str]
    address: Mapped[str | None]  # the one that was checked and connected to
    request_headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[int | None]  # none: no answer
    response_headers: Mapped[list[list[str]]] = mapped_column(JSON)
    response_body: Mapped[str]  # the first 16 KB
    error: Mapped[str | None]  # in plain words


# The API: who may call it, and what was answered to a POST that may come again.


class ApiToken(Base):
    """A key to the API: somebody's, for one purpose, with a scope that their role may narrow."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    scope: Mapped[str]  # read, write, admin: each holds the ones before
    hash: Mapped[str] = mapped_column(
        unique=True
    )  # sha256 of 32 random bytes: who reads the table can't call with it
    prefix: Mapped[str]  # its first characters, so that people know which one it is
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]  # none: it does not
    last_used_at: Mapped[datetime | None]  # a minute exactly enough
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class IdempotencyKey(Base):
    """A POST that came with an Idempotency-Key, and its answer once there is one: the same again gets the same."""

    __tablename__ = "idempotency_keys"

    token_id: Mapped[int] = mapped_column(
        ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    fingerprint: Mapped[str]  # sha256 of where it went and what it said
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    status: Mapped[int | None]  # none: somebody works on it right now
    headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    body: Mapped[str | None]  # encrypted: it may hold the secret of a new webhook
