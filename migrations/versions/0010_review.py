"""Imports that stop for review, and what a sync does to products that are not in the file"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    for name in ("deactivated", "removed"):
        zero = sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))
        op.add_column("imports", zero)
    op.add_column("imports", sa.Column("plan_epoch", sa.Integer))
    empty = sa.text("'{}'")
    op.add_column("imports", sa.Column("review", JSONB, nullable=False, server_default=empty))
    op.add_column("imports", sa.Column("decision", sa.Text))


def downgrade():
    for name in ("decision", "review", "plan_epoch", "removed", "deactivated"):
        op.drop_column("imports", name)
