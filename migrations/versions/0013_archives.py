"""Tables of one archive that are imports of their own know each other"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("imports", sa.Column("first_id", sa.Integer(), sa.ForeignKey("imports.id", ondelete="SET NULL")))
    op.create_index("imports_first", "imports", ["first_id", "id"], postgresql_where=sa.text("first_id IS NOT NULL"))


def downgrade():
    op.drop_index("imports_first", "imports")
    op.drop_column("imports", "first_id")
