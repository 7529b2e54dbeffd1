"""The modules that the room offers, and where each of them lives."""

from catalog.imports.as_json import (
    import_templates as template_json,
    imports as import_json,
    outcome as outcome_json,
    plans as plan_json,
    sources as source_json,
)
from catalog.imports.intake import (
    arriving,
    bundles,
    examples,
    import_templates,
    learned,
    receive,
    resumable,
    sample,
    uploads,
)
from catalog.imports.rejected import (
    corrections,
    fix_all,
    grid,
    returned_file,
    rows as rejected_rows,
    workbook as rejected_workbook,
)
from catalog.imports.report import log as import_log, progress, wording
from catalog.imports.run import archive, looks, turns
from catalog.imports.sources import (
    answers as source_answers,
    due as due_sources,
    fetching,
    links,
    owners as source_owners,
    registry as source_registry,
    results as source_results,
    running as source_running,
    schedule as source_schedule,
)
from catalog.imports.waiting import forecast, order as fair_order, queue_place, turn as import_turn

__all__ = [
    "archive",
    "arriving",
    "bundles",
    "corrections",
    "due_sources",
    "examples",
    "fair_order",
    "fetching",
    "fix_all",
    "forecast",
    "grid",
    "import_json",
    "import_log",
    "import_templates",
    "import_turn",
    "learned",
    "links",
    "looks",
    "outcome_json",
    "plan_json",
    "progress",
    "queue_place",
    "receive",
    "rejected_rows",
    "rejected_workbook",
    "resumable",
    "returned_file",
    "sample",
    "source_answers",
    "source_json",
    "source_owners",
    "source_registry",
    "source_results",
    "source_running",
    "source_schedule",
    "template_json",
    "turns",
    "uploads",
    "wording",
]
