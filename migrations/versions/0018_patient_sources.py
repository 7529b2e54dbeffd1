"""A source's run says what it waits for and when it is tried again; a source knows its owner, and why it is paused"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    moment = sa.DateTime(timezone=True)
    op.add_column("import_source_runs", sa.Column("heard_at", moment))
    op.add_column("import_source_runs", sa.Column("retry_at", moment))
    one = sa.text("1")
    op.add_column("import_source_runs", sa.Column("try_number", sa.Integer(), nullable=False, server_default=one))
    op.add_column("import_sources", sa.Column("retry_at", moment))
    none, empty = sa.text("0"), sa.text("''")
    op.add_column("import_sources", sa.Column("tries", sa.Integer(), nullable=False, server_default=none))
    op.add_column("import_sources", sa.Column("owner", sa.Text(), nullable=False, server_default=empty))
    op.add_column("import_sources", sa.Column("paused_reason", sa.Text()))
    op.execute("UPDATE import_sources SET owner = email FROM users WHERE users.id = user_id")


def downgrade():
    for name in ("paused_reason", "owner", "tries", "retry_at"):
        op.drop_column("import_sources", name)
    for name in ("try_number", "retry_at", "heard_at"):
        op.drop_column("import_source_runs", name)
