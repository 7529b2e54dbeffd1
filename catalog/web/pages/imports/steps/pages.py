"""The steps in which a person chooses: File, Columns, Check. Each has a form. The import's draft stores the choices."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import Import, arriving, drafts, find, import_templates, import_turn, looks, steps, uploads
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import number_sent
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import ChoicesForm
from catalog.web.pages.imports.steps import answers, file_so_far, first_look, mapping_rows

bp = Blueprint("steps", __name__)

GONE = "There is no such import, or its choices can't be changed any more."


ANSWERS = "An editor has to answer before the import can start. Nothing has changed yet."
CHECKS = "An editor has to check the file and press Import. Nothing has changed yet."


@dataclass(frozen=True)
class Waiting:
    """The step at which an import waits, and what for, in sentences."""

    step: str
    words: tuple[str, ...]


class StepForm(ChoicesForm):
    """The choices of an import whose file is stored already."""


@bp.post("/imports/begin", role="editor", api="POST /uploads", audit="import received")
def begin() -> ResponseReturnValue:
    """Create an import before its file is sent. The response has the URL of its page and the URL for its bytes."""
    size = number_sent("size")
    if not size:
        return {"problem": "This file is empty."}, 422
    try:
        row = arriving.begin(actor(), request.form.get("name", ""), size)
    except uploads.TooLarge:
        return {"problem": "This file is larger than an upload may be."}, 422
    return {"id": row.id, "location": _place(row), "upload": url_for("tus.state", upload_id=row.storage_key)}, 201


@bp.post("/imports/<int:import_id>/start", role="editor", api="POST /imports/{import_id}/retry", audit="import retried")
def start(import_id: int) -> ResponseReturnValue:
    """Import with the choices of the draft."""
    row = find(Import, import_id)
    if not steps.is_open(row):
        abort(404, GONE)
    return _run(row, drafts.Draft.of(row))


@bp.route(
    "/imports/<int:import_id>/look",
    methods=["GET", "POST"],
    role="editor",
    api="POST /imports/{import_id}/look",
    audit="import retried",
)
def choose(import_id: int) -> ResponseReturnValue:
    """Save the choices of a step. Then show the step, go to another one, or import."""
    row = find(Import, import_id)
    if _is_outdated(row):
        return _started(row)
    if not steps.is_open(row):
        abort(404, GONE)
    if request.method == "GET":
        return redirect(url_for("imports.show", import_id=import_id, step="columns"), 303)
    form = StepForm(answers.fields())
    if not form.validate():
        return page(row, _step(), form), 422
    if mapping_rows.of_form(answers.fields()).clashes:
        return page(row, _step(), form), 422
    go = request.form.get("go", "")
    draft = _chosen(form, drafts.Draft.of(row)).at(go if go in steps.CHOSEN else _step())
    if not drafts.keep(row, draft):
        return _started(row)
    if "again" in request.form:
        return _run(find(Import, import_id), draft)
    if go == "template":
        first_look.save_template(row, draft.options)
        return redirect(_place(row, _step()), 303)
    if go or first_look.is_replaced():
        return redirect(_place(row, go or _step()), 303)
    return _again(find(Import, import_id), form)


def _again(row: Import, form: StepForm) -> ResponseReturnValue:
    """The step with its saved choices. While a worker looks at the file, only a line that says so and polls."""
    if looks.is_made(row) or not looks.begin(row):
        return page(row, _step(), form)
    if not redirects.is_by_htmx():
        return redirect(_place(row, _step()), 303)
    busy = render_template("imports/first_look/_busy.html", import_=row, reading=file_so_far.reading(row))
    return busy, 200, {"HX-Retarget": "#look-busy", "HX-Reselect": "#look-busy", "HX-Reswap": "outerHTML"}


def page(row: Import, wanted: str, form: StepForm | None = None) -> str:
    """The page of the step `wanted`, or else of the current step of the import. The draft says how the file is read."""
    if not row.sha256 and not file_so_far.has_beginning(row):
        return file_so_far.waiting(row)
    draft = drafts.Draft.of(row)
    try:
        seen = first_look.seen(row, draft, form if form and _step() == "columns" else None)
    except looks.NotYet:
        return file_so_far.waiting(row, wanted or "columns")
    look: importer.Look = seen["look"]
    asks = bool(seen["offered"] or seen["proposed"]) or _asks(row, look)
    step = steps.at(row, wanted or draft.step, asks=asks)
    rows = StepForm(formdata=None, data=choices.data_of(draft.options, choices.ROWS))
    options = draft.options
    count = look.verdict.products if look.verdict.whole else None
    return render_template(
        f"imports/steps/{step}.html",
        import_=row,
        step=step,
        bar=steps.bar(row, step),
        blocked=bool(look.problem),
        has_no_rows=look.has_no_rows,
        rows_form=form if form and form.errors and step == "check" else rows,
        **file_so_far.sent(row),
        button=steps.button(row, count, mode=options.mode, review=options.review),
        **seen,
    )


def waits_for(row: Import) -> Waiting | None:
    """What a waiting import waits for, for a person who can't choose. None if it does not wait for a person."""
    if not row.sha256 or not (row.held and row.state == "queued" and steps.is_open(row)):
        return None
    draft = drafts.Draft.of(row)
    try:
        look = looks.of(row, draft.options)
    except (looks.NotYet, FileNotFoundError):
        return Waiting("columns", (CHECKS,))
    step = steps.at(row, draft.step, asks=_asks(row, look))
    if row.questions:
        return Waiting("columns", (ANSWERS,))  # the page shows the questions
    if look.problem:
        return Waiting("columns", (*([one.message for one in look.questions] or [look.problem]), ANSWERS))
    return Waiting(step, (look.verdict.words, CHECKS))


def _asks(row: Import, look: importer.Look) -> bool:
    """Whether the columns leave something open."""
    return bool(row.questions) or not look.certain or bool(look.warnings) and look.verdict.light != "green"


def _step() -> str:
    """The step of the form in this request."""
    at = request.form.get("at", "columns")
    return at if at in steps.CHOSEN else "columns"


def _chosen(form: StepForm, draft: drafts.Draft) -> drafts.Draft:
    """The draft after this request: with the controls of the form, with a template instead, or without one."""
    if template := first_look.template("template"):
        return draft.with_template(import_templates.options(template), template.id)
    if again := first_look.learned_again():
        return draft.with_options(draft.options.with_reading(**again.choices))
    if first_look.is_replaced():
        return draft.without_template()
    if _step() == "check":
        return draft.with_options(_of_check(form, draft.options))
    of_rows = {"mode": form.mode.data.removesuffix("-delete")} if "mode" in answers.fields() else {}  # of a button
    return draft.with_options(draft.options.with_reading(**first_look.chosen_of_columns(form), **of_rows))


def _of_check(form: StepForm, options: importer.Options) -> importer.Options:
    """The options with the choices of the step Check, and with those that a button of the verdict sets."""
    names = [*choices.ROWS, *(name for name in choices.READING if name in answers.fields())]
    said = choices.chosen(form, names)
    taken = mapping_rows.choices(mapping_rows.of_form(answers.fields()))["columns"]
    return options.with_reading(**said, columns=options.columns | choices.columns(form) | taken)


def _run(row: Import, draft: drafts.Draft) -> ResponseReturnValue:
    """Import with these choices. Save them as a template if the form has a name for one."""
    try:
        look: importer.Look = first_look.seen(row, draft)["look"]
    except looks.NotYet:
        return redirect(_place(row, "check"), 303)
    if look.verdict.asks_twice and not look.problem and "anyway" not in request.form:
        return page(row, "check"), 422
    first_look.save_template(row, draft.options)
    try:
        made = drafts.run(actor(), row, draft.options)
    except drafts.NotNow as why:
        flash(str(why), "info")
        return redirect(_place(row), 303)
    except (uploads.Gone, import_turn.TooManyWaiting) as why:
        flash(str(why), "error")
        return redirect(_place(row), 303)
    return redirect(_place(made), 303)


def _started(row: Import) -> ResponseReturnValue:
    """Tell that the import was started or discarded since the form was made, and show it."""
    done = "discarded" if row.state == "cancelled" else "started"
    flash(f"This import was already {done}, here or in another window. Your last change was not saved.", "info")
    if redirects.is_by_htmx():
        return "", 204, {"HX-Redirect": _place(row)}
    return redirect(_place(row), 303)


def _is_outdated(row: Import) -> bool:
    """Whether the import was started or has ended since the form of this request was made."""
    return request.form.get("state", row.state) != row.state


def _place(row: Import, step: str | None = None) -> str:
    return url_for("imports.show", import_id=row.id, step=step if step in steps.CHOSEN else None)
