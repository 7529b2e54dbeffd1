"""A segment of the search index is published block by block while it is built"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "search_builds",
        sa.Column(
            "segment_id",
            sa.Integer,
            sa.ForeignKey("search_segments.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("change_sets", ARRAY(sa.Integer), nullable=False),
        sa.Column("segments", ARRAY(sa.Integer), nullable=False),
        sa.Column("up_to", sa.Text(collation="C"), nullable=False),
    )


def downgrade():
    # Half a segment would be taken for a whole one.
    op.execute("UPDATE search_segments SET retired = true WHERE id IN (SELECT segment_id FROM search_builds)")
    op.drop_table("search_builds")
