"""The values for the page of the first look, with its controls from the form or the options."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalog import importer
from catalog.web.pages.forms.imports import ReadingForm
from catalog.web.pages.imports.steps import answers, column_groups, column_table, mapping_rows, reading_controls

CURES = {
    "columns": "Choose the columns in the table below.",
    "header": "If the file has no header row, choose “No header row” under Column names.",
    "encoding": "Choose it under Encoding.",
    "numbers": "Choose a number format.",
    "mode": "If the file only updates existing products, choose that.",
    "decimals": "Choose what happens to prices with more than six decimals.",
    "sheet": "Choose a sheet.",
}
"""What the page says about a choice with which the file could be imported; an archive's have a notice of their own."""


def parts(look: importer.Look, form: ReadingForm, mapped: mapping_rows.Rows) -> dict[str, Any]:
    """The look, its questions, and its controls for columns and for reading the file."""
    look = _without_clashes(look, mapped)
    controls = reading_controls.of_look(look, form)
    return {
        "look": look,
        "asked": answers.of_look(look, mapped),
        "warning_buttons": answers.of_warnings(look, mapped),
        "cures": [CURES[cure] for cure in look.cures if cure in CURES],
        "column_groups": column_groups.of(column_table.columns_of(look, mapped), asks="sku" not in look.fields),
        "mapped": mapped,
        "empty": mapping_rows.EMPTY,
        "step_words": column_table.STEPS,
        "blank_words": column_table.BLANKS,
        "field_of": {position: field for field, position in look.fields.items()},
        "controls": controls,
        "reading_words": importer.reading_in_words(look.understood) if look.understood else "",
        "opens_reading": _opens(look, controls),
        "warning_words": importer.warning_words,
    }


def _opens(look: importer.Look, controls: list[reading_controls.Control]) -> bool:
    """Whether the controls for reading the file are open at first, because one of them would solve the problem."""
    in_sight = {one.name for one in controls if one.kind != "hidden"}
    return not look.names or bool({*look.cures} & in_sight)


def mapped(
    options: importer.Options, elsewhere: dict[str, dict[str, Any]], look: importer.Look, *, sent: bool
) -> mapping_rows.Rows:
    """The choices for columns: from the form, even incomplete ones, or else from the options."""
    if sent:
        return mapping_rows.of_form(answers.fields())
    shown = {target: one for target, one in options.joined.items() if target not in elsewhere.get("joined", {})}
    return mapping_rows.of_options(options.with_reading(joined=shown), look.fields)


def _without_clashes(look: importer.Look, mapped: mapping_rows.Rows) -> importer.Look:
    """The look, with a problem if two columns are chosen for one field."""
    for field, places in mapped.clashes.items():
        names = " and ".join(map(str, places))
        words = f"Columns {names} are both set to {importer.LABELS[field]}. Keep one of them."
        verdict = replace(look.verdict, light="red", words=words, fix=None)
        return replace(look, problem=words, cures=(), certain=False, verdict=verdict)
    return look
