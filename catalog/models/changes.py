"""The one change log: who changed what, when and why, and what was there before."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.people import User


class ChangeSet(Base):
    """One change of the catalog: an import, an edit, a bulk job, an undo."""

    __tablename__ = "change_sets"

    # Without gaps and in the order of the commits: the function locks the row of catalog_total.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("next_change_set_id()"))
    kind: Mapped[str]  # import, create, edit, delete, bulk, delete_all, undo
    source: Mapped[str]  # page, cli, api
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # NULL: the command line of the server
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    # The ids of the products that it created lie in this range: found by the primary key, no index of their own.
    first_product_id: Mapped[int | None] = mapped_column(BigInteger)
    last_product_id: Mapped[int | None] = mapped_column(BigInteger)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))  # an undo: the change set that it undid
    import_id: Mapped[
        int | None
    ]  # the import that did it, in one of its runs; no foreign key, or the two tables would point at each other
    undone_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("change_sets.id")
    )  # the undo of this change set; NULL again if that one is undone
    indexed: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # true: search has indexed its products; until then search scans them

    pruned_at: Mapped[datetime | None]  # when its old values were deleted

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("change_sets_unpruned", "id", postgresql_where=text("pruned_at IS NULL")),
        Index("change_sets_pending", "id", postgresql_where=text("NOT indexed")),
        Index("change_sets_undoes_id", "undoes_id", postgresql_where=text("undoes_id IS NOT NULL")),
        Index("change_sets_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
    )


class ProductChange(Base):
    """The old values of one product that a change set changed or removed.

    Only the fields named in `fields` are kept; the rest are null. The previous change set and line make a chain back
    through the primary key, so that a product's history needs no second index on the largest table.
    """

    __tablename__ = "product_changes"

    # No foreign keys: a row outlives its product, and half a million checks of the same change set would be waste.
    change_set_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    action: Mapped[str]  # updated, deleted, restored (an undo brought it back)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    sku: Mapped[str | None]
    name: Mapped[str | None]
    description: Mapped[str | None]
    price: Mapped[Decimal | None]
    active: Mapped[bool | None]
    attributes: Mapped[dict[str, Any] | None]
    line: Mapped[int | None]  # line in the file of the import
    previous_change_set_id: Mapped[int]
    previous_line: Mapped[int | None]
    # For a deleted product also the columns that never change, so that an undo restores the same product.
    created_at: Mapped[datetime | None]
    created_change_set_id: Mapped[int | None]
    created_line: Mapped[int | None]
    version: Mapped[int | None]
