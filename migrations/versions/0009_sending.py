"""Files that come in parts"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
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
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            "partial_uploads_user_id_fkey",
            ondelete="CASCADE",
        ),
    )
    for column in ("user_id", "expires_at"):
        name = f"partial_uploads_{column}"
        op.create_index(name, "partial_uploads", [column])


def downgrade():
    op.drop_table("partial_uploads")
