"""Files in a bucket: the objects of each file"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "stored_files",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("writer", sa.Text),
        sa.Column("written_until", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "stored_parts",
        sa.Column("key", sa.Text, sa.ForeignKey("stored_files.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("object", sa.Text, nullable=False, index=True),
    )


def downgrade():
    op.drop_table("stored_parts")
    op.drop_table("stored_files")
