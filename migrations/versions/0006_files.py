"""Imports keep how their file was understood"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    empty = sa.text("'{}'")
    op.add_column("imports", sa.Column("understood", JSONB, nullable=False, server_default=empty))


def downgrade():
    op.drop_column("imports", "understood")
