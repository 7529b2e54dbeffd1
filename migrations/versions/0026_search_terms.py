"""Postings are found by term in all blocks at once, so that a rare word costs one look instead of one for each block"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("search_postings_term", "search_postings", ["term", "block_id"])


def downgrade():
    op.drop_index("search_postings_term", "search_postings")
