"""Each block of the search index says where its products are in other sort orders. Blocks without it serve as before"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
works_from = "0026"


def upgrade():
    op.add_column("search_blocks", sa.Column("ranks", sa.LargeBinary()))
    # A search reads the part of one order: it must not have to unpack all of them.
    op.execute("ALTER TABLE search_blocks ALTER ranks SET STORAGE EXTERNAL")


def downgrade():
    op.drop_column("search_blocks", "ranks")
