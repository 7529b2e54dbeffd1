"""A file that is refused says which choices would let it in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("imports", sa.Column("cures", JSONB, nullable=False, server_default=sa.text("'[]'")))


def downgrade():
    op.drop_column("imports", "cures")
