"""What happened to an import is kept step by step: its log"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "import_events",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("source", sa.Text),
        sa.Column("details", JSONB, nullable=False, server_default=sa.text("'{}'")),
    )
    op.create_index("import_events_import_id", "import_events", ["import_id", "id"])
    # What is known of the imports before: their last run.
    op.execute("""
INSERT INTO import_events (import_id, at, kind, details)
SELECT id, at, kind, details FROM (
    SELECT id, 1 AS n, started_at AS at, 'taken' AS kind, jsonb_build_object('owner', lease_owner) AS details
    FROM imports WHERE started_at IS NOT NULL
    UNION ALL
    SELECT id, 2, coalesce(finished_at, now()), 'ended', jsonb_build_object(
        'state', CASE state WHEN 'undone' THEN 'completed' ELSE state END, 'error', error, 'timings', timings,
        'rerun', false, 'rows', rows, 'rejected', rejected, 'blank', blank
    ) FROM imports WHERE finished_at IS NOT NULL OR state = 'review'
) AS known ORDER BY id, n
""")


def downgrade():
    op.drop_table("import_events")
