"""The link that a file is fetched from has a column of its own, which `catalog keys rotate` encrypts again"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
works_from = "0026"


def upgrade():
    op.add_column("partial_uploads", sa.Column("source_url", sa.Text()))
    op.execute(
        "UPDATE partial_uploads SET source_url = substr(details, 6), details = '' WHERE details LIKE 'link gAAAA%' AND "
        "sha256 IS NULL"
    )


def downgrade():
    op.execute("UPDATE partial_uploads SET details = 'link ' || source_url WHERE source_url IS NOT NULL")
    op.drop_column("partial_uploads", "source_url")
