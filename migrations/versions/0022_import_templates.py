"""Profiles are called templates"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES = ("import_{}_pkey", "import_{}_name", "import_{}_fingerprint")


def upgrade():
    _rename("profiles", "templates")


def downgrade():
    _rename("templates", "profiles")


def _rename(old, new):
    op.execute(f"ALTER TABLE import_{old} RENAME TO import_{new}")
    op.execute(f"ALTER SEQUENCE import_{old}_id_seq RENAME TO import_{new}_id_seq")
    op.execute(f"ALTER TABLE import_{new} RENAME CONSTRAINT import_{old}_user_id_fkey TO import_{new}_user_id_fkey")
    for name in INDEXES:
        op.execute(f"ALTER INDEX {name.format(old)} RENAME TO {name.format(new)}")
