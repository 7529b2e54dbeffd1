"""Imports that wait are taken in a fair order: by priority, user and supplier"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
works_from = "0026"


def upgrade():
    op.add_column("imports", sa.Column("priority", sa.Text(), nullable=False, server_default="normal"))
    op.add_column("imports", sa.Column("supplier", sa.Text(), nullable=False, server_default=""))
    op.add_column("imports", sa.Column("served_at", sa.DateTime(timezone=True)))
    op.create_index("imports_served", "imports", ["served_at"])


def downgrade():
    op.drop_index("imports_served", table_name="imports")
    for column in ("served_at", "supplier", "priority"):
        op.drop_column("imports", column)
