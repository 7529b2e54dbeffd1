"""Numbers of change sets have no gaps, and change sets commit in their order"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "catalog_total", sa.Column("last_change_set_id", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.execute("""
UPDATE catalog_total SET last_change_set_id = (SELECT last_value - (NOT is_called)::integer FROM change_sets_id_seq)
""")
    op.execute("""
CREATE FUNCTION next_change_set_id() RETURNS integer LANGUAGE sql AS
'UPDATE catalog_total SET last_change_set_id = last_change_set_id + 1 RETURNING last_change_set_id'
""")
    op.execute("ALTER TABLE change_sets ALTER id SET DEFAULT next_change_set_id()")
    op.execute("DROP SEQUENCE change_sets_id_seq")


def downgrade():
    op.execute("CREATE SEQUENCE change_sets_id_seq AS integer OWNED BY change_sets.id")
    op.execute("""
SELECT setval('change_sets_id_seq', greatest(last_change_set_id, 1), last_change_set_id > 0) FROM catalog_total
""")
    op.execute("ALTER TABLE change_sets ALTER id SET DEFAULT nextval('change_sets_id_seq')")
    op.execute("DROP FUNCTION next_change_set_id()")
    op.drop_column("catalog_total", "last_change_set_id")
