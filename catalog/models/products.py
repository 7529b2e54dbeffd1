"""The products, and their number."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base
from catalog.models.sku_key import SKU_CLEAN, SKU_KEY


class Product(Base):
    """What the shop sells. The importer writes this table by SQL; the columns are its contract."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sku: Mapped[str]  # as typed, but trimmed and NFC; sku_key() decides which SKUs are the same
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    price: Mapped[Decimal | None]  # as many decimals as were given: 1.10 stays 1.10
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    attributes: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # columns without a field of their own
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default=text("1"))  # grows with every change, undo included
    # The change sets that created and last changed it, so that a created product needs no row in the log.
    created_change_set_id: Mapped[int]
    created_line: Mapped[int | None]
    change_set_id: Mapped[int]
    source_line: Mapped[int | None]

    __table_args__ = (
        Index(
            "products_sku_key",
            text(SKU_KEY.format("sku")),
            unique=True,
            postgresql_with={"fillfactor": 60},  # room for a second version of most products
        ),
        CheckConstraint(SKU_CLEAN, name="sku_clean"),
        CheckConstraint("name <> ''", name="name_given"),
    )


class CatalogTotal(Base):
    """One row: how many products there are, so that no page counts them, and the number of the last change set."""

    __tablename__ = "catalog_total"

    id: Mapped[int] = mapped_column(primary_key=True)
    products: Mapped[int]
    last_change_set_id: Mapped[int] = mapped_column(server_default=text("0"))
