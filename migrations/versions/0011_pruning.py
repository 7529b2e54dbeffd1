"""Imports and change sets say when their file and old values were pruned"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NOT_YET = sa.text("pruned_at IS NULL")


def upgrade():
    for table in ("imports", "change_sets"):
        op.add_column(table, sa.Column("pruned_at", sa.DateTime(timezone=True)))
    op.create_index("imports_unpruned", "imports", ["finished_at"], postgresql_where=NOT_YET)
    op.create_index("change_sets_unpruned", "change_sets", ["id"], postgresql_where=NOT_YET)


def downgrade():
    op.drop_index("change_sets_unpruned", "change_sets")
    op.drop_index("imports_unpruned", "imports")
    for table in ("change_sets", "imports"):
        op.drop_column(table, "pruned_at")
