"""What strangers can cause without end has a few rows in the audit log, and a count"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "audit_tallies",
        sa.Column("action", sa.Text, primary_key=True),
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("network", sa.Text, primary_key=True),
        sa.Column("quarter", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.add_column("audit_events", sa.Column("count", sa.Integer, nullable=False, server_default=sa.text("1")))


def downgrade():
    op.drop_column("audit_events", "count")
    op.drop_table("audit_tallies")
