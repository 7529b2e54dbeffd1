"""The choices of the step Columns: from a form, from a template, and for the page."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request

from catalog import importer
from catalog.imports import drafts, import_templates, learned, looks, uploads
from catalog.models import Import, ImportTemplate, db
from catalog.web.http.request_log import actor
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import ReadingForm
from catalog.web.pages.imports.steps import answers, mapping_rows, shown as parts
from catalog.whole_numbers import LARGEST_ID, whole

OF_COLUMNS = ("map_", "use_", "attribute_", "blank_", "join_", "set_", "step_")
"""Prefixes of the names of controls for columns."""
OF_IMPORT = "import-"
"""Prefix of the value of the button that uses the choices of an earlier import."""
COLUMNS = frozenset((*importer.MAPPING, "blanks")) - {"numbers"}
"""Choices of the look about columns."""


def chosen(form: ReadingForm) -> dict[str, object]:
    """The choices of how to read a file, as arguments of importer.Options. "-" means no column."""
    mapped = mapping_rows.choices(mapping_rows.of_form(answers.fields()))
    return choices.chosen(form, choices.READING) | mapped | {"columns": choices.columns(form) | mapped["columns"]}


def save_template(row: Import, options: importer.Options | None = None) -> None:
    """Save these options, or those of the import, as a template, if the form has a name for one."""
    name = request.form.get("save_as", "").strip()
    if not name:
        return
    db.session.expire_all()
    try:
        template = import_templates.save_import(actor(), name, row, options)
    except import_templates.Unusable as error:
        flash(f"The template was not saved: {error}", "error")
    else:
        flash(f"Saved as the template “{template.name}”.", "success")


def chosen_of_columns(form: ReadingForm) -> dict[str, Any]:
    """The choices of the controls, and the hidden choices for columns that the file does not have."""
    said = chosen(form)
    if not _shows_columns():  # the form had no controls of columns
        return {name: said[name] for name in said.keys() - COLUMNS}
    carried = request.form.get("elsewhere")
    return mapping_rows.with_elsewhere(said, carried) if carried else said


def _shows_columns() -> bool:
    """Whether the form in this request has controls of columns."""
    return any(name.startswith(OF_COLUMNS) for name in answers.fields())


def is_replaced() -> bool:
    """Whether a button was pressed that replaces all controls: a template, or no template."""
    return bool(template("template") or learned_again()) or request.form.get("template") == "none"


def template(name: str) -> ImportTemplate | None:
    """The template whose id is in this field of the form. None if there is none."""
    number = request.form.get(name, "")
    found = whole(number, LARGEST_ID)
    return None if found is None else import_templates.get(found)


def learned_again() -> learned.Learned | None:
    """The choices of an earlier import, if their button was pressed."""
    number = whole(request.form.get("template", "").removeprefix(OF_IMPORT), LARGEST_ID)
    is_import = request.form.get("template", "").startswith(OF_IMPORT)
    return learned.of_import(number) if is_import and number is not None else None


def blank_form(options: importer.Options) -> ReadingForm:
    """A form with these options, without the fields of this request."""
    return ReadingForm(formdata=None, data=data_of(options))


def seen(row: Import, draft: drafts.Draft, form: ReadingForm | None = None) -> dict[str, Any]:
    """The values for the page: the look at the stored file, and its controls from the form or the draft.

    Raises looks.NotYet.
    """
    try:
        look = looks.of(row, draft.options)
    except FileNotFoundError:
        abort(404, uploads.FILE_GONE)
    shown = _shown(look, form or blank_form(draft.options), draft.options)
    template = import_templates.get(draft.template_id) if draft.template_id else None
    return shown | {"template": template} | ({"offered": None, "proposed": None} if template else {})


def _shown(look: importer.Look, form: ReadingForm, options: importer.Options) -> dict[str, Any]:
    offered = import_templates.offered(look.names) if look.names else None
    submitted = form.is_submitted() and not is_replaced()
    sent = submitted and _shows_columns() and "elsewhere" not in request.form
    here = options if sent else importer.by_position(options, look.names)
    elsewhere = mapping_rows.elsewhere(here) if look.names else {}
    if not sent:
        form = ReadingForm(formdata=None, data=data_of(here))
    mapped = parts.mapped(here, elsewhere, look, sent=sent)
    return parts.parts(look, form, mapped) | {
        "anyway": "anyway" in request.form,
        "form": form,
        "sent": answers.fields(),
        "keeps": submitted,
        "of_columns": (*OF_COLUMNS, "elsewhere", "save_as", "shown"),
        "elsewhere": elsewhere,
        "offered": offered,
        "proposed": None if offered else learned.proposed(look.names, options),
        "fits": look.columns is not None,
        "shown": request.form.get("shown", "stored"),
        "save_as": request.form.get("save_as", ""),
    }


def data_of(options: importer.Options) -> dict[str, object]:
    """The values of options for the form."""
    columns = {f"map_{field}": column or "-" for field, column in options.columns.items()}
    return columns | choices.data_of(options, choices.READING)
