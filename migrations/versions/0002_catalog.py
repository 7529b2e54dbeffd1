"""Bulk jobs, undo, and what search knows"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def timestamp(name, **options):
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def count(name):
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def upgrade():
    _changes()
    _bulk_jobs()
    _search()


def _changes():
    for column in (
        sa.Column("first_product_id", sa.BigInteger),
        sa.Column("last_product_id", sa.BigInteger),
        sa.Column("undoes_id", sa.Integer, sa.ForeignKey("change_sets.id")),
        sa.Column("undone_by_id", sa.Integer, sa.ForeignKey("change_sets.id")),
        sa.Column("indexed", sa.Boolean, nullable=False, server_default=sa.text("false")),
    ):
        op.add_column("change_sets", column)
    op.create_index("change_sets_pending", "change_sets", ["id"], postgresql_where=sa.text("NOT indexed"))
    op.create_index(
        "change_sets_undoes_id", "change_sets", ["undoes_id"], postgresql_where=sa.text("undoes_id IS NOT NULL")
    )
    # What earlier imports created, found once the long way.
    op.execute("""
        UPDATE change_sets SET first_product_id = lowest, last_product_id = highest
        FROM (
            SELECT created_change_set_id, min(id) AS lowest, max(id) AS highest FROM products GROUP BY 1
        ) AS made WHERE made.created_change_set_id = change_sets.id
    """)
    for column in (
        timestamp("created_at"),
        sa.Column("created_change_set_id", sa.Integer),
        sa.Column("created_line", sa.Integer),
        sa.Column("version", sa.Integer),
    ):
        op.add_column("product_changes", column)


def _bulk_jobs():
    op.create_table(
        "bulk_jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("selection", JSONB, nullable=False),
        sa.Column("values", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("undoes_id", sa.Integer, sa.ForeignKey("change_sets.id")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),
        sa.Column("change_set_id", sa.Integer, sa.ForeignKey("change_sets.id")),
        sa.Column("state", sa.Text, nullable=False, server_default="queued"),
        sa.Column("error", sa.Text),
        timestamp("created_at", nullable=False, server_default=sa.func.now()),
        timestamp("started_at"),
        timestamp("finished_at"),
        count("total"),
        count("done"),
        count("created"),
        count("updated"),
        count("deleted"),
        count("unchanged"),
        count("skipped"),
        sa.Column("percent", sa.Float, nullable=False, server_default=sa.text("0")),
        count("progress_version"),
        count("lease_epoch"),
        timestamp("lease_expires_at"),
        sa.Column("lease_owner", sa.Text),
        count("takes"),
        timestamp("cancel_requested_at"),
    )
    op.create_index(
        "bulk_jobs_active", "bulk_jobs", ["id"], postgresql_where=sa.text("state IN ('queued', 'applying')")
    )


def _search():
    op.create_table(
        "search_segments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("products", sa.Integer, nullable=False),
        timestamp("created_at", nullable=False, server_default=sa.func.now()),
        sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "search_blocks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("segment_id", sa.Integer, sa.ForeignKey("search_segments.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("first_key", sa.Text(collation="C"), nullable=False),
        sa.Column("last_key", sa.Text(collation="C"), nullable=False),
        sa.Column("fences", ARRAY(sa.Text), nullable=False),
        sa.Column("ids", sa.LargeBinary, nullable=False),
        sa.Column("versions", sa.LargeBinary, nullable=False),
    )
    op.create_index("search_blocks_number", "search_blocks", ["segment_id", "number"], unique=True)
    op.create_table(
        "search_postings",
        sa.Column(
            "block_id",
            sa.Integer,
            sa.ForeignKey("search_blocks.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("term", sa.Text(collation="C"), primary_key=True),
        sa.Column("places", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "search_orders",
        sa.Column(
            "segment_id",
            sa.Integer,
            sa.ForeignKey("search_segments.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_value", sa.Text(collation="C"), nullable=False),
        sa.Column("last_id", sa.BigInteger, nullable=False),
        sa.Column("places", sa.LargeBinary, nullable=False),
    )
    op.create_index("search_orders_last_value", "search_orders", ["segment_id", "field", "last_value", "last_id"])
    # Slices of these are read without the rest; they would hardly compress.
    for table, column in (
        ("search_blocks", "ids"),
        ("search_blocks", "versions"),
        ("search_orders", "places"),
        ("search_postings", "places"),
    ):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade():
    for table in ("search_orders", "search_postings", "search_blocks", "search_segments", "bulk_jobs"):
        op.drop_table(table)
    for column in ("created_at", "created_change_set_id", "created_line", "version"):
        op.drop_column("product_changes", column)
    op.drop_index("change_sets_pending", "change_sets")
    op.drop_index("change_sets_undoes_id", "change_sets")
    for column in ("first_product_id", "last_product_id", "undoes_id", "undone_by_id", "indexed"):
        op.drop_column("change_sets", column)
