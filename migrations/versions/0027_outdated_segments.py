"""An outdated segment of the index is rebuilt, and serves searches until then: `catalog index rebuild` marks them"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
works_from = "0026"


def upgrade():
    op.add_column(
        "search_segments", sa.Column("outdated", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade():
    op.drop_column("search_segments", "outdated")
