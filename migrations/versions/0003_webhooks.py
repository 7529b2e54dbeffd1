"""Webhooks: endpoints, the outbox of events, deliveries and their attempts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SORTED_ID = (
    "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0')"
    " || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)"
)


def timestamp(name, default=None, **options):
    default = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, **options)


def number(name, default, kind=sa.Integer):
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def _user(name):
    user = sa.ForeignKey("users.id", ondelete="SET NULL")
    return sa.Column(name, sa.Integer, user)


def upgrade():
    _endpoints()
    _events()
    _deliveries()
    _attempts()


def _endpoints():
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("events", ARRAY(sa.Text), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        timestamp("enabled_at", "now()", nullable=False),
        timestamp("disabled_at"),
        sa.Column("disabled_reason", sa.Text),
        timestamp("created_at", "now()", nullable=False),
        _user("user_id"),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("previous_secret", sa.Text),
        timestamp("previous_secret_until"),
        _user("reveal_to_id"),
        number("concurrency", "5"),
        number("rate", "50"),
        number("tokens", "1", sa.Float),
        timestamp("tokens_at", "now()", nullable=False),
        number("failures", "0"),
        timestamp("failing_since"),
        timestamp("paused_until"),
    )


def _events():
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("uid", sa.Text(collation="C"), nullable=False, server_default=sa.text(f"({SORTED_ID})")),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        timestamp("created_at", "clock_timestamp()", nullable=False),
        number("fanned_out", "false", sa.Boolean),
    )
    # Written once, by the thousand, in the transaction of an import: compressing them would take longer.
    op.execute("ALTER TABLE webhook_events ALTER COLUMN payload SET STORAGE EXTERNAL")
    op.create_index("webhook_events_created_at", "webhook_events", ["created_at"])
    op.create_index("webhook_events_waiting", "webhook_events", ["id"], postgresql_where=sa.text("NOT fanned_out"))


def _deliveries():
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Text(collation="C"), primary_key=True),
        sa.Column("event_id", sa.BigInteger, sa.ForeignKey("webhook_events.id", ondelete="CASCADE"), nullable=False),
        sa.Column("endpoint_id", sa.Integer, sa.ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        timestamp("created_at", "now()", nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="pending"),
        number("tries", "0"),
        number("attempts", "0"),
        timestamp("next_attempt_at", "now()"),
        sa.Column("claim", sa.Text),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
        timestamp("last_attempt_at"),
        timestamp("finished_at"),
    )
    table = "webhook_deliveries"
    op.create_index(f"{table}_event", table, ["event_id", "endpoint_id"], unique=True)
    op.create_index(f"{table}_endpoint", table, ["endpoint_id", "id"])
    op.create_index(
        f"{table}_due",
        table,
        ["endpoint_id", "next_attempt_at"],
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index(f"{table}_failed", table, ["id"], postgresql_where=sa.text("state = 'failed'"))


def _attempts():
    op.create_table(
        "webhook_attempts",
        sa.Column(
            "delivery_id",
            sa.Text(collation="C"),
            sa.ForeignKey("webhook_deliveries.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        timestamp("started_at", nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("request_headers", sa.JSON, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("response_headers", sa.JSON, nullable=False),
        sa.Column("response_body", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
    )


def downgrade():
    for table in ("attempts", "deliveries", "events", "endpoints"):
        op.drop_table(f"webhook_{table}")
