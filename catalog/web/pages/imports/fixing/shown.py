"""The rejected rows as the page of an import shows them."""

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
    code: str  # the error code of the shown rows; empty: all codes
    first: bool  # whether this is the first page
    page: Page[RowError]
    grid: list[grid.GridRow]
    corrected: int  # corrected rows that are not imported yet
    columns: list[str]
    reran: str  # the result of the last run of corrected rows, in words

    @property
    def total(self) -> int:
        """The number of rejected rows of all codes."""
        return sum(self.codes.values())

    @property
    def shown(self) -> int:
        """The number of rejected rows of the shown codes."""
        return self.codes[self.code] if self.code else self.total

    @property
    def fits_workbook(self) -> bool:
        """Whether all rejected rows fit into a workbook."""
        return self.total <= rejected_workbook.MOST_ROWS

    @property
    def reason(self) -> str:
        """The error code of all shown rows, if they share one."""
        return self.code or (next(iter(self.codes)) if len(self.codes) == 1 else "")

    @property
    def column(self) -> int:
        """The column that the reason is about, for the form that fixes all rows."""
        bad = (place for one in self.grid if one.problem for place in one.problem.columns)
        return next(bad, 0)

    @cached_property
    def proposals(self) -> list[fix_all.Proposal]:
        """The fixes that would help most, if all shown rows have the same reason."""
        return fix_all.proposals(self.import_, self.reason) if self.reason else []


def of(row: Import) -> RejectedRows | None:
    """The rejected rows of an import. None while it runs, or if it has none."""
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
