"""Files that come in parts, and addresses from which they are fetched"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    moment = sa.DateTime(timezone=True)
    now = sa.text("now()")
    op.create_table(
        "partial_uploads",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("details", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("created_at", moment, nullable=False, server_default=now),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="partial_uploads_pkey"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], "partial_uploads_user_id_fkey", ondelete="CASCADE"),
    )
    for column in ("user_id", "expires_at"):
        name = f"partial_uploads_{column}"
        op.create_index(name, "partial_uploads", [column])
    _create_sources(moment, now)
    _create_source_runs(moment)


def _create_sources(moment, now):
    empty = sa.text("''")
    op.create_table(
        "import_sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("shown_url", sa.Text, nullable=False),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False, server_default=empty),
        sa.Column("time_zone", sa.Text, nullable=False, server_default="UTC"),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("user_id", sa.Integer),
        sa.Column("created_at", moment, nullable=False, server_default=now),
        sa.Column("next_run_at", moment),
        sa.Column("wanted_at", moment),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("last_import_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="import_sources_pkey"),
        *_set_null("import_sources", user_id="users", last_import_id="imports"),
    )


def _create_source_runs(moment):
    begun = sa.text("clock_timestamp()")
    op.create_table(
        "import_source_runs",
        sa.Column("id", sa.BigInteger, nullable=False),
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False, server_default="running"),
        sa.Column("started_at", moment, nullable=False, server_default=begun),
        sa.Column("finished_at", moment),
        sa.Column("bytes", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("import_id", sa.Integer),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="import_source_runs_pkey"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["import_sources.id"], "import_source_runs_source_id_fkey", ondelete="CASCADE"
        ),
        *_set_null("import_source_runs", import_id="imports"),
    )
    op.create_index("import_source_runs_source", "import_source_runs", ["source_id", "id"])


def _set_null(table, **columns):
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], f"{table}_{column}_fkey", ondelete="SET NULL")
        for column, other in columns.items()
    ]


def downgrade():
    for table in ("import_source_runs", "import_sources", "partial_uploads"):
        op.drop_table(table)
