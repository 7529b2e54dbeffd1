"""Accounts: roles, invitations, second factor, where sessions are, throttled sign-in, audit log"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def word(name, **options):
    return sa.Column(name, sa.Text, nullable=False, **options)


def moment(name):
    now = sa.text("now()")
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, nullable=False, server_default=now)


def upgrade():
    _users()
    _sessions()
    _recovery_codes()
    _login_attempts()
    _audit_events()


def _users():
    # Whoever is there already could do everything until now.
    op.add_column("users", word("role", server_default="admin"))
    op.alter_column("users", "role", server_default="viewer")
    op.create_check_constraint("role", "users", "role IN ('viewer', 'editor', 'admin')")
    op.alter_column("users", "password_hash", nullable=True)
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("invite", sa.Text))
    op.add_column("users", sa.Column("totp_secret", sa.Text))
    zero = sa.text("0")
    op.add_column("users", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default=zero))


def _sessions():
    op.add_column("sessions", moment("last_seen_at"))
    op.add_column("sessions", word("address", server_default=""))
    op.add_column("sessions", word("user_agent", server_default=""))


def _recovery_codes():
    user = sa.ForeignKey("users.id", ondelete="CASCADE")
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, user, nullable=False),
        word("code_hash"),
    )
    op.create_index("recovery_codes_user_id", "recovery_codes", ["user_id"])


def _login_attempts():
    table = "login_attempts"
    op.create_table(
        table, sa.Column("id", sa.BigInteger, primary_key=True), moment("at"), word("account"), word("network")
    )
    op.create_index(f"{table}_at", table, ["at"])
    op.create_index(f"{table}_account", table, ["account", "at"])
    op.create_index(f"{table}_network", table, ["network", "at"])


def _audit_events():
    user = sa.ForeignKey("users.id", ondelete="SET NULL")
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger, primary_key=True),
        moment("at"),
        word("action"),
        sa.Column("user_id", sa.Integer, user),
        word("email", server_default=""),
        word("subject", server_default=""),
        word("address", server_default=""),
        word("request_id", server_default=""),
    )
    op.create_index("audit_events_at", "audit_events", ["at"])


def downgrade():
    for table in ("audit_events", "login_attempts", "recovery_codes"):
        op.drop_table(table)
    for name in ("last_seen_at", "address", "user_agent"):
        op.drop_column("sessions", name)
    op.execute("DELETE FROM users WHERE password_hash IS NULL")
    op.alter_column("users", "password_hash", nullable=False)
    for name in ("role", "disabled_at", "invite", "totp_secret", "totp_step"):
        op.drop_column("users", name)
