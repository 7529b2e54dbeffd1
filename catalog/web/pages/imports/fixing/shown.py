"""What the page of an import shows of its rejected rows."""

from dataclasses import dataclass
from functools import cached_property

from flask import request

from catalog.imports import corrections, fix_all, grid, rejected_rows, rejected_workbook, wording
from catalog.models import ACTIVE_STATES, Import, Page, RowError
from catalog.web.http.requests import number_asked


@dataclass(frozen=True)
class RejectedRows:
    """The rejected rows of an import that has ended: one page of them as a grid."""

    import_: Import
    codes: dict[str, int]
    code: str  # only these are shown; empty: all
    first: bool  # this is the first page
    page: Page[RowError]
    grid: list[grid.GridRow]
    corrected: int  # rows that wait to be run again
    columns: list[str]
    reran: str  # what the last run of corrected rows came to

    @property
    def total(self) -> int:
        """Of all codes."""
        return sum(self.codes.values())

    @property
    def shown(self) -> int:
        """Of the codes that are shown."""
        return self.codes[self.code] if self.code else self.total

    @property
    def fits_workbook(self) -> bool:
        """Whether there is a workbook of so many."""
        return self.total <= rejected_workbook.MOST_ROWS

    @property
    def reason(self) -> str:
        """The one reason of all rows that are shown, if it is one."""
        return self.code or (next(iter(self.codes)) if len(self.codes) == 1 else "")

    @property
    def column(self) -> int:
        """The column that the reason is about, for a form about all of them."""
        bad = (place for one in self.grid if one.problem for place in one.problem.columns)
        return next(bad, 0)

    @cached_property
    def proposals(self) -> list[fix_all.Proposal]:
        """What would cure most of the rows, where all have one reason."""
        return fix_all.proposals(self.import_, self.reason) if self.reason else []


def of(row: Import) -> RejectedRows | None:
    """The rejected rows; nothing while the import runs, or if it had none."""
    codes = {} if row.state in ACTIVE_STATES else rejected_rows.codes(row.id)
    reran = wording.rerun(row.reran) if row.reran else ""
    if row.state in ACTIVE_STATES or not codes and not reran:
        return None
    wanted = request.args.get("code", "")
    code = wanted if wanted in codes else ""
    after = number_asked("after") or 0
    page = grid.page(row, code, after)
    waiting = corrections.waiting(row.id)
    return RejectedRows(
        row, codes, code, not after, page, grid.shown(row, page.rows), waiting, rejected_rows.names(row), reran
    )
