"""The names that the library offers, and where each of them lives."""

from catalog.importer.checks.known_rows import known
from catalog.importer.checks.placeholders import why_no_name, why_no_sku
from catalog.importer.checks.rechecking import Row, checked as check_rows
from catalog.importer.columns.error_columns import COLUMNS as ERROR_COLUMNS, fitted, marked
from catalog.importer.columns.result import Columns
from catalog.importer.columns.returned_mark import may_be_returned
from catalog.importer.errors import ERROR_NAMES, ERRORS, WHOLE_ROW, Miscounted, Refused, Rejected, RowError, storable
from catalog.importer.files.encoding.names import ENCODINGS, known as known_encoding
from catalog.importer.files.unpack import Meter
from catalog.importer.files.zip_archive import DAMAGED, open_zip
from catalog.importer.first_look.facts import ColumnFacts
from catalog.importer.first_look.guesses import are_values
from catalog.importer.first_look.look import look
from catalog.importer.first_look.reading_in_words import reading as reading_in_words
from catalog.importer.first_look.result import Look
from catalog.importer.first_look.verdict import (
    Fix,
    Verdict,
    of_every_row as verdict_on_every_row,
    of_problem as verdict_on_problem,
)
from catalog.importer.invisible_characters import shows_nothing
from catalog.importer.opening.evidence.similar_names import may_be_names
from catalog.importer.opening.members import Member
from catalog.importer.opening.open import columns_of, remember
from catalog.importer.opening.returned_table import ReturnedRow, ReturnedTable, open_returned, without_mark
from catalog.importer.opening.split import split
from catalog.importer.opening.table import Table, open_table
from catalog.importer.options.checks import check as check_options
from catalog.importer.options.choice import Choice
from catalog.importer.options.choices_in_words import contents as choices_in_words
from catalog.importer.options.column_choices import by_name, by_position, fingerprint, parse as parse_mapping
from catalog.importer.options.column_names import position
from catalog.importer.options.given import BadChoice, checked, options_from, read as read_choice, with_given
from catalog.importer.options.limits import hold as hold_to_policy
from catalog.importer.options.options import CHOICES, MAPPING, MODES, Options, values as choice_values
from catalog.importer.options.remembered import Remembered, by_old_names, hardened
from catalog.importer.plan.apply import Applied, apply
from catalog.importer.plan.conflicts import resolve_conflicts
from catalog.importer.plan.diff import Cell, Line, Wanted, page, plain
from catalog.importer.plan.plan import Planned, count, make_plan
from catalog.importer.plan.restaging import StagedAgain, stage_again
from catalog.importer.plan.staging import Staged, Step, drop, stage, verify
from catalog.importer.plan.stored_plan import StoredPlan, count_conflicts, is_whole, keep, speed_up
from catalog.importer.plan.too_many_attributes import (
    MOST_ATTRIBUTES,
    take_out as take_out_crowded,
)
from catalog.importer.plan.warnings import of_plan as notice_plan
from catalog.importer.questions import Question, Unanswered, to_json as questions_to_json
from catalog.importer.ranges.index import Range
from catalog.importer.ranges.outcome import Stored
from catalog.importer.ranges.read import Ends, RangeRead, Reading, Spread, read_range
from catalog.importer.rows.places import placed, placed_error, unit_of
from catalog.importer.values.actions import ACTIONS
from catalog.importer.values.clean_up_steps import STEPS, WHITE_SPACE
from catalog.importer.values.fields import (
    COLUMNS,
    DECLARED,
    FIELDS,
    LABELS,
    NAME_LENGTH,
    NUMBERS,
    PRICE,
    SKU_LENGTH,
    Field,
    Kind,
    each,
    is_reserved,
)
from catalog.importer.values.formulas import MARK as EXPORT_MARK, REST as EXPORT_REST, escaped, restored_name
from catalog.importer.values.yes_no import NO, YES
from catalog.importer.warnings.kinds import WARNINGS, described, warning_words
from catalog.importer.warnings.notices import FileWarning

__all__ = [
    "ACTIONS",
    "CHOICES",
    "COLUMNS",
    "DAMAGED",
    "DECLARED",
    "ENCODINGS",
    "ERRORS",
    "ERROR_COLUMNS",
    "ERROR_NAMES",
    "EXPORT_MARK",
    "EXPORT_REST",
    "FIELDS",
    "LABELS",
    "MAPPING",
    "MODES",
    "MOST_ATTRIBUTES",
    "NAME_LENGTH",
    "NO",
    "NUMBERS",
    "PRICE",
    "SKU_LENGTH",
    "STEPS",
    "WARNINGS",
    "WHITE_SPACE",
    "WHOLE_ROW",
    "YES",
    "Applied",
    "BadChoice",
    "Cell",
    "Choice",
    "ColumnFacts",
    "Columns",
    "Ends",
    "Field",
    "FileWarning",
    "Fix",
    "Kind",
    "Line",
    "Look",
    "Member",
    "Meter",
    "Miscounted",
    "Options",
    "Planned",
    "Question",
    "Range",
    "RangeRead",
    "Reading",
    "Refused",
    "Rejected",
    "Remembered",
    "ReturnedRow",
    "ReturnedTable",
    "Row",
    "RowError",
    "Spread",
    "Staged",
    "StagedAgain",
    "Step",
    "Stored",
    "StoredPlan",
    "Table",
    "Unanswered",
    "Verdict",
    "Wanted",
    "apply",
    "are_values",
    "by_name",
    "by_old_names",
    "by_position",
    "check_options",
    "check_rows",
    "checked",
    "choice_values",
    "choices_in_words",
    "columns_of",
    "count",
    "count_conflicts",
    "described",
    "drop",
    "each",
    "escaped",
    "fingerprint",
    "fitted",
    "hardened",
    "hold_to_policy",
    "is_reserved",
    "is_whole",
    "keep",
    "known",
    "known_encoding",
    "look",
    "make_plan",
    "marked",
    "may_be_names",
    "may_be_returned",
    "notice_plan",
    "open_returned",
    "open_table",
    "open_zip",
    "options_from",
    "page",
    "parse_mapping",
    "placed",
    "placed_error",
    "plain",
    "position",
    "questions_to_json",
    "read_choice",
    "read_range",
    "reading_in_words",
    "remember",
    "resolve_conflicts",
    "restored_name",
    "shows_nothing",
    "speed_up",
    "split",
    "stage",
    "stage_again",
    "storable",
    "take_out_crowded",
    "unit_of",
    "verdict_on_every_row",
    "verdict_on_problem",
    "verify",
    "warning_words",
    "why_no_name",
    "why_no_sku",
    "with_given",
    "without_mark",
]
