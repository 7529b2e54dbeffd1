"""A first look at the beginning of a file, before it is sent. The steps of an import share its functions."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import bundles, import_templates, learned, returned_file
from catalog.models import Import, ImportTemplate, db
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import NO_LINE_FOR_LOOKS, Blueprint
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import ReadingForm
from catalog.web.pages.imports.steps import answers, mapping_rows, shown
from catalog.whole_numbers import LARGEST_ID, whole

bp = Blueprint("first_look", __name__)


OF_COLUMNS = ("map_", "use_", "attribute_", "blank_", "join_", "set_", "step_")
"""How the names of the controls begin that say what becomes of columns."""
OF_IMPORT = "import-"
"""How the button begins that takes over the choices of an earlier import."""
COLUMNS = frozenset((*importer.MAPPING, "blanks")) - {"numbers"}
"""Choices of the look that say what becomes of columns."""


def chosen(form: ReadingForm) -> dict[str, object]:
    """The choices of how to read a file, as arguments of importer.Options. "-" is no column."""
    mapped = mapping_rows.choices(mapping_rows.of_form(answers.fields()))
    return choices.chosen(form, choices.READING) | mapped | {"columns": choices.columns(form) | mapped["columns"]}


@bp.post("/imports/look", role="editor", api="POST /imports/look", body="beginning", audit=NO_LINE_FOR_LOOKS)
def beginning() -> ResponseReturnValue:
    """Look at the beginning of a file, and return the result as a part of a page. Nothing is stored."""
    form = ReadingForm(answers.fields())
    file = request.files.get("beginning")
    if file is None or not (is_replaced() or form.validate()):
        words = "; ".join(message for found in form.errors.values() for message in found)
        return Response(words or "There is no file to check.", 422, content_type="text/plain; charset=utf-8")
    data = io.BytesIO(file.read())
    try:
        if replay := bundles.read(data):
            if redirects.is_for_script():
                return {}
            return render_template("imports/first_look/_replay.html", replay=replay)
    except bundles.Unreadable as unreadable:
        if redirects.is_for_script():
            return {"problem": str(unreadable), "blocked": True}
        return render_template("imports/first_look/_replay.html", problem=str(unreadable))
    if back := returned_file.look(whole_lines(data, is_whole="whole" in request.form), file.filename or ""):
        return {} if redirects.is_for_script() else render_template("imports/rejected/_returned.html", back=back)
    data.seek(0)
    wanted = _wanted(form, importer.Options())
    parts = seen(data, form, wanted, whole="whole" in request.form)
    if redirects.is_for_script():
        return _against(parts)
    return render_template("imports/first_look/_look.html", **parts)


def whole_lines(data: io.BytesIO, *, is_whole: bool) -> io.BytesIO:
    """The beginning of a file without its last, incomplete line."""
    return data if is_whole else io.BytesIO(data.getvalue()[: data.getvalue().rfind(b"\n") + 1])


def _against(parts: dict[str, Any]) -> ResponseReturnValue:
    """The problem of one of several files in words, whether a person can solve it with choices, and the verdict."""
    look: importer.Look = parts["look"]
    asks = bool(look.understood or look.doubt or look.undecided)
    problem = " ".join([look.problem, *parts["cures"]]).strip() or (
        look.verdict.words if look.verdict.asks_twice else ""
    )
    return {"problem": problem, "blocked": bool(problem) and asks, "verdict": look.verdict.to_json()}


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


def _wanted(form: ReadingForm, before: importer.Options) -> importer.Options:
    """The choices of the form. If a button of a template was pressed, the choices with or without that template."""
    if given := template("template"):
        return import_templates.options(given)
    if again := learned_again():
        return before.with_reading(**again.choices)
    if is_replaced():
        return before
    applied = template("applied")
    base = import_templates.options(applied) if applied else before
    return base.with_reading(**chosen_of_columns(form))


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


def seen(
    file: BinaryIO,
    form: ReadingForm,
    options: importer.Options,
    whole: bool = True,
    judged: Callable[[importer.Look], importer.Look] = lambda look: look,
) -> dict[str, Any]:
    """Look at a file. Returns the values for the template: the look, and its controls from the form or the options.

    `judged` may replace the look, which knows only the beginning of the file, by one with more verdicts.
    """
    raw = db.session.connection().connection.driver_connection
    look = judged(importer.look(file, options, whole=whole, connection=raw))
    offered = import_templates.offered(look.names) if look.names else None
    replaced = is_replaced()
    applied = template("template" if replaced else "applied")
    sent = form.is_submitted() and not replaced and _shows_columns() and "elsewhere" not in request.form
    here = options if sent else importer.by_position(options, look.names)
    elsewhere = mapping_rows.elsewhere(here) if look.names else {}
    if not sent:
        form = ReadingForm(formdata=None, data=data_of(here))
    mapped = shown.mapped(here, elsewhere, look, sent=sent)
    return shown.parts(look, form, mapped) | {
        "anyway": "anyway" in request.form,
        "form": form,
        "sent": answers.fields(),
        "elsewhere": elsewhere,
        "template": applied,
        "offered": None if applied else offered,
        "proposed": None if applied or offered else learned.proposed(look.names, options),
        "keeps": form.is_submitted() and not replaced,
        "of_columns": (*OF_COLUMNS, "elsewhere", "save_as", "shown"),
        "fits": look.columns is not None,
        "panel": panel(options) if applied and replaced else None,
        "shown": request.form.get("shown", "stored"),
        "save_as": request.form.get("save_as", ""),
    }


def panel(options: importer.Options) -> dict[str, str]:
    """The values of options for the upload form beside the look."""
    data = choices.data_of(options, choices.ROWS)
    return data if data["rejected"] == "limit" else {name: data[name] for name in data.keys() - {"max_errors"}}


def data_of(options: importer.Options) -> dict[str, object]:
    """The values of options for the form."""
    columns = {f"map_{field}": column or "-" for field, column in options.columns.items()}
    return columns | choices.data_of(options, choices.READING)
