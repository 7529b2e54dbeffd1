"""The tables of the search index: docs/search.md."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class SearchSegment(Base):
    """A part of the catalog that search knows: products as they were when it was built, in the order of their SKU.

    A product that changed since does not match its version here; it is in a newer segment or in a change set that is
    not indexed yet. Nothing here is the truth: all of it can be built again from products.
    """

    __tablename__ = "search_segments"

    id: Mapped[int] = mapped_column(primary_key=True)
    products: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retired: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # no search uses it any more; the steward deletes it
    outdated: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # it is to be rebuilt; searches use it until then


class SearchBuild(Base):
    """A segment that is being built. Up to the SKU key `up_to`, it replaces some change sets and segments.

    After that key, searches still use those. The row is deleted when the segment is complete.
    """

    __tablename__ = "search_builds"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("search_segments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    change_sets: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    segments: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    up_to: Mapped[str] = mapped_column(Text(collation="C"))


class SearchBlock(Base):
    """At most 16,384 products of a segment that follow each other by SKU.

    `ids` and `versions` are little-endian arrays, int64 and int32.
    """

    __tablename__ = "search_blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("search_segments.id", ondelete="CASCADE"))
    number: Mapped[int]  # 0 is the block with the lowest SKUs of its segment
    first_key: Mapped[str] = mapped_column(Text(collation="C"))
    last_key: Mapped[str] = mapped_column(Text(collation="C"))
    fences: Mapped[list[str]] = mapped_column(ARRAY(Text))  # every 256th key, to find where a page continues
    ids: Mapped[bytes]
    versions: Mapped[bytes]
    # Ranks by name, price and time of change, one behind the other (see search/ranks.py). NULL in older blocks.
    ranks: Mapped[bytes | None]

    __table_args__ = (Index("search_blocks_number", "segment_id", "number", unique=True),)


class SearchPosting(Base):
    """Which products of a block hold a term: their places in it, a list of uint16 or a bitmap (search/places.py)."""

    __tablename__ = "search_postings"

    block_id: Mapped[int] = mapped_column(
        ForeignKey("search_blocks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    term: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    places: Mapped[bytes]

    __table_args__ = (Index("search_postings_term", "term", "block_id"),)


class SearchOrder(Base):
    """The places of a segment's products in the order of another field, some hundreds a row, big-endian uint32."""

    __tablename__ = "search_orders"

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("search_segments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    field: Mapped[str] = mapped_column(primary_key=True)  # name, price, updated
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_value: Mapped[str] = mapped_column(
        Text(collation="C")
    )  # of the last product in this row, as text that sorts as the value does
    last_id: Mapped[int] = mapped_column(BigInteger)
    places: Mapped[bytes]

    __table_args__ = (Index("search_orders_last_value", "segment_id", "field", "last_value", "last_id"),)
