"""The result of a first look, which pages, the API and commands show."""

from dataclasses import dataclass, field

from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError
from catalog.importer.first_look.facts import ColumnFacts
from catalog.importer.first_look.stored_rows import StoredRow
from catalog.importer.first_look.verdict import NOT_COUNTED, Verdict
from catalog.importer.opening.members import Member
from catalog.importer.opening.understood import Understood
from catalog.importer.questions import Question
from catalog.importer.warnings.notices import FileWarning


@dataclass(frozen=True)
class Look:
    """What is seen of a file. `problem` says why it can't be imported like this; `certain`: nothing to ask.

    If half of the rows or more would be rejected, nothing is certain.
    """

    understood: Understood | None
    names: list[str]
    rows: list[list[str]]
    fields: dict[str, int]  # field -> position of its column
    stored: tuple[StoredRow, ...] = ()  # the same rows, as they would be stored
    problem: str = ""
    cures: tuple[str, ...] = ()  # choices that would solve the problem: see `Rejected`
    doubt: str = ""  # an encoding that the look uses, but that must be chosen
    candidates: tuple[str, ...] = ()  # of encodings
    columns: Columns | None = None  # unless there is a problem with them
    looked_at: int = 0  # rows
    rejected: int = 0  # of them
    rejections: tuple[RowError, ...] = ()  # the first
    warnings: tuple[FileWarning, ...] = ()  # about the rows looked at
    certain: bool = False
    members: tuple[Member, ...] = ()  # files of an archive
    questions: tuple[Question, ...] = ()  # questions that a person must answer
    undecided: bool = False  # several tables, and no choice what to do with them
    facts: tuple[ColumnFacts, ...] = ()  # of each column of the file
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def has_no_rows(self) -> bool:
        """Whether the file can be read, but has no row, so that an import of it would do nothing."""
        return not self.problem and self.verdict.whole and not self.verdict.rows

    @property
    def announced(self) -> tuple[FileWarning, ...]:
        """The warnings that the verdict counts, which are shown beside it."""
        return () if self.problem else tuple(one for one in self.warnings if one.code not in NOT_COUNTED)

    @property
    def other_warnings(self) -> tuple[FileWarning, ...]:
        """All other warnings."""
        return tuple(one for one in self.warnings if one not in self.announced)
