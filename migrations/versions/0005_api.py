"""The API: tokens, and the answers to POSTs that may come again"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def timestamp(name, default=None, **options):
    default = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, **options)


def _owner(name, table, **options):
    owner = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer, owner, nullable=False, **options)


def upgrade():
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("user_id", "users", index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("prefix", sa.Text, nullable=False),
        timestamp("created_at", "now()", nullable=False),
        timestamp("expires_at"),
        timestamp("last_used_at"),
        timestamp("revoked_at"),
    )
    op.create_table(
        "idempotency_keys",
        _owner("token_id", "api_tokens", primary_key=True),
        sa.Column("key", sa.Text(collation="C"), primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        timestamp("created_at", "now()", nullable=False, index=True),
        sa.Column("status", sa.Integer),
        sa.Column("headers", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("body", sa.Text),
    )


def downgrade():
    op.drop_table("idempotency_keys")
    op.drop_table("api_tokens")
