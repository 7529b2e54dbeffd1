"""Refused rows keep their cells and can be corrected; change sets know their import; the same file is recognised"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KNOWN = """
UPDATE change_sets SET import_id = imports.id FROM imports WHERE imports.change_set_id = change_sets.id
"""


def upgrade():
    op.add_column("row_errors", sa.Column("cells", JSONB))
    op.add_column("row_errors", sa.Column("corrected", JSONB))
    op.create_index("row_errors_code", "row_errors", ["import_id", "code", "row"])
    op.create_table(
        "row_corrections",
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("cells", JSONB),
        sa.Column("corrected", JSONB, nullable=False),
        sa.Column("change_set_id", sa.Integer),
    )
    op.add_column("change_sets", sa.Column("import_id", sa.Integer))
    op.create_index(
        "change_sets_import_id", "change_sets", ["import_id"], postgresql_where=sa.text("import_id IS NOT NULL")
    )
    op.execute(KNOWN)
    earlier = sa.ForeignKey("imports.id", ondelete="SET NULL")
    op.add_column("imports", sa.Column("same_as_id", sa.Integer, earlier))
    op.add_column("imports", sa.Column("rerun", JSONB))
    op.create_index("imports_sha256", "imports", ["sha256", "id"])


def downgrade():
    op.drop_index("imports_sha256", "imports")
    op.drop_column("imports", "rerun")
    op.drop_column("imports", "same_as_id")
    op.drop_index("change_sets_import_id", "change_sets")
    op.drop_column("change_sets", "import_id")
    op.drop_table("row_corrections")
    op.drop_index("row_errors_code", "row_errors")
    op.drop_column("row_errors", "corrected")
    op.drop_column("row_errors", "cells")
