"""Plans and rejected rows of this machine's Catalog: read plans, decide, correct rows."""

from collections.abc import Iterator

from catalog import importer
from catalog.cli.backend import service_errors
from catalog.cli.backend.local.here import Here, shape
from catalog.cli.backend.protocol import Row
from catalog.imports import Import, corrections, find, fix_all, plan_json, rejected_rows, rejected_workbook, reviews

MOST = 200  # lines read at once


class Reviews(Here):
    """The part of the Backend for plans and rejected rows."""

    def plan(self, number: int, conflicts: bool) -> Iterator[Row]:
        """The lines of the plan of an import that waits for review."""
        row = find(Import, number)
        after: int | None = 0
        while after is not None:
            page = reviews.page(row, importer.Wanted(conflicts=conflicts, after=after), MOST)
            yield from plan_json.PlanLine(many=True).dump(page.rows)
            after = page.next_cursor

    def apply(self, number: int, conflicts: str, each: dict[int, str]) -> Row:
        """Start to carry out the plan of an import that waits for review."""
        with service_errors.reported():
            reviews.apply(self.actor, find(Import, number), conflicts, each)
        return shape(find(Import, number))

    def discard(self, number: int) -> None:
        """Discard an import that waits."""
        reviews.discard(self.actor, find(Import, number))

    def errors(self, number: int, kind: str = "csv") -> Iterator[bytes]:
        """The rejected rows of an import as a file."""
        find(Import, number)
        yield from rejected_workbook.as_xlsx(number) if kind == "xlsx" else rejected_rows.as_csv(number)

    def correct(self, number: int, row: int, values: dict[str, str]) -> None:
        """Correct cells of one rejected row."""
        found, error = find(Import, number), rejected_rows.find_row(number, row)
        corrections.correct(self.actor, found, row, corrections.changed(found, error, values))

    def replace(self, number: int, asked: dict[str, str]) -> int:
        """Find and replace in a column of all rows rejected for the same reason."""
        names = ("code", "column", "find", "replace")
        return corrections.replace(self.actor, find(Import, number), *(asked[name] for name in names))

    def fix(self, number: int, asked: dict[str, str]) -> int:
        """One fix for all rows rejected for the same reason."""
        row = find(Import, number)
        return fix_all.apply(self.actor, row, asked["code"], fix_all.named(row, asked))

    def run_corrected(self, number: int) -> Row:
        """Start to run the corrected rows of an import."""
        find(Import, number)
        corrections.run_again(self.actor, number)
        return shape(find(Import, number))
