"""Imports keep their warnings; profiles keep how a supplier's files are mapped"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("imports", sa.Column("warnings", JSONB, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("imports", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.create_table(
        "import_profiles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("fingerprint", sa.Text, index=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("import_profiles_name", "import_profiles", [sa.text("lower(name)")], unique=True)


def downgrade():
    op.drop_table("import_profiles")
    op.drop_column("imports", "held")
    op.drop_column("imports", "warnings")
