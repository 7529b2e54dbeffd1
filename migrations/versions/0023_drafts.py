"""What a person chooses for the next run of an import is kept until it starts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("imports", sa.Column("draft", JSONB))


def downgrade():
    op.drop_column("imports", "draft")
