"""A user may choose how pages write dates and numbers, and the time zone"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("locale", sa.Text))
    op.add_column("users", sa.Column("time_zone", sa.Text))


def downgrade():
    op.drop_column("users", "time_zone")
    op.drop_column("users", "locale")
