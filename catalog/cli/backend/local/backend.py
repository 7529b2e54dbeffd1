"""The Catalog of this machine, as commands use it.

What few commands need is loaded when it is used (`products.listing` brings numpy).
"""

from collections.abc import Iterator

from catalog import products
from catalog.changes import change_json, origins, undo_preview
from catalog.cli.backend.local.imports import Imports
from catalog.cli.backend.local.people import People
from catalog.cli.backend.local.reviews import Reviews
from catalog.cli.backend.local.sources import ImportTemplates, Sources
from catalog.cli.backend.protocol import Row
from catalog.products import editing

COUNTS = ("created", "updated", "deleted", "skipped")


class Local(Imports, Reviews, Sources, ImportTemplates, People):
    """The Backend of this machine."""

    def history(self, sku: str) -> list[Row]:
        """Where each value of a product comes from."""
        product = editing.by_sku(sku)
        if product is None:
            raise editing.Gone
        found: list[Row] = change_json.ValueOrigin(many=True).dump(origins.of_product(product).origins)
        return found

    def undo_preview(self, change: int) -> Row:
        """What an undo of a change set would do."""
        found = undo_preview.preview(change)
        return {name: getattr(found, name) for name in COUNTS}

    def undo(self, change: int) -> Row:
        """Undo a change set here and now."""
        done = products.bulk_jobs.now(self.actor, products.bulk_tasks.Task("undo", undoes_id=change))
        return {name: getattr(done, name) for name in COUNTS}

    def export(self, asked: dict[str, str]) -> Iterator[bytes]:
        """Products as CSV."""
        from catalog.products import exports, listing

        return exports.as_csv(listing.Filter.of(asked))
