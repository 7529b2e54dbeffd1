"""The audit log is only added to: the database refuses to change its rows, and to delete those of the last week"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# user_id goes when its user does; everything else of a row stays as it was written.
FUNCTION = """
CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.user_id IS NULL THEN
            OLD.user_id := NULL;
        END IF;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.at < now() - interval '7 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit log is only added to; after seven days or more it is pruned by age.';
END $$
"""


def upgrade():
    op.execute(FUNCTION)
    op.execute(
        "CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_log_stays()"
    )
    op.execute(
        "CREATE TRIGGER stays_whole BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION "
        "audit_log_stays()"
    )


def downgrade():
    op.execute("DROP TRIGGER stays_whole ON audit_events")
    op.execute("DROP TRIGGER stays ON audit_events")
    op.execute("DROP FUNCTION audit_log_stays()")
