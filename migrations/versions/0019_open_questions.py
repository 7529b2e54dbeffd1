"""An import keeps what its file leaves open, why it stopped, and how far its rows were taken"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    for name in ("questions", "stopped"):
        empty = sa.Column(name, JSONB, nullable=False, server_default=sa.text("'[]'"))
        op.add_column("imports", empty)
    op.add_column("imports", sa.Column("outcome", sa.Text))
    op.add_column("imports", sa.Column("reran", JSONB))
    # The states of imports before stay what they were.
    op.execute("""
UPDATE imports SET outcome = CASE
    WHEN rejected = 0 THEN 'all'
    WHEN created + updated + unchanged + deleted + skipped + duplicates = 0 THEN 'none'
    ELSE 'part'
END
WHERE state IN ('completed', 'undone', 'review')
""")
    op.execute("""
UPDATE imports SET stopped = jsonb_build_array(jsonb_build_object(
    'examples', '[]'::jsonb, 'message', error, 'kind', CASE
    WHEN state = 'failed' THEN 'failed'
    WHEN error LIKE 'The same file was imported on %' THEN 'same_file'
    WHEN error IS NOT NULL THEN 'expired'
    WHEN EXISTS (SELECT FROM import_events WHERE import_id = imports.id AND kind = 'discarded') THEN 'discarded'
    ELSE 'cancelled'
END))
WHERE state IN ('failed', 'cancelled')
""")
    op.execute("""
UPDATE imports SET stopped = (
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', 'review', 'message', reason, 'examples', '[]'::jsonb)), '[]')
    FROM jsonb_array_elements_text(review -> 'reasons') AS reason
)
WHERE state = 'review' AND jsonb_typeof(review -> 'reasons') = 'array'
""")


def downgrade():
    for name in ("reran", "outcome", "stopped", "questions"):
        op.drop_column("imports", name)
