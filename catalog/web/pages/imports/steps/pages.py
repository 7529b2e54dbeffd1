"""The steps in which a person chooses: File, Columns, Check. One form a step; what it chooses is kept as the import's draft."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import drafts, steps
from catalog.imports.drafts import Draft
from catalog.imports.intake import import_templates, uploads
from catalog.models import Import, find
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import UploadForm
from catalog.web.pages.imports.steps import answers, first_look, mapping_rows

bp = Blueprint("steps", __name__)

GONE = "There is no such import, or its file can't be read in another way now."


class StepForm(UploadForm):
    """How the file of an import is read, and what becomes of its rows. The file is there."""

    file = None
    upload = None
    validate_file = None  # type: ignore[assignment]  # WTForms takes None for: no such check


@bp.route(
    "/imports/<int:import_id>/look",
    methods=["GET", "POST"],
    role="editor",
    api="POST /imports/{import_id}/look",
    audit="import retried",
)
def choose(import_id: int) -> ResponseReturnValue:
    """Keep what a step chooses; then show it, go to another step, or import."""
    row = find(Import, import_id)
    if not steps.is_open(row):
        abort(404, GONE)
    if request.method == "GET":
        return redirect(url_for("imports.show", import_id=import_id, step="columns"), 303)
    form = StepForm(answers.fields())
    if not form.validate():
        return page(row, _step(), form), 422
    if mapping_rows.of_form(answers.fields()).clashes:
        return page(row, _step(), form), 422
    draft = _chosen(form, Draft.of(row))
    if not drafts.keep(row, draft):
        return _started(row)
    if "again" in request.form:
        return _run(find(Import, import_id), draft)
    if request.form.get("go") == "template":
        first_look.save_template(row, draft.options)
        return redirect(_place(row, _step()), 303)
    if go := request.form.get("go"):
        return redirect(_place(row, go), 303)
    return page(find(Import, import_id), _step(), form)


def page(row: Import, wanted: str, form: StepForm | None = None) -> str:
    """The step that is wanted, or at which the import is by itself: its file is looked at as the draft says."""
    draft = Draft.of(row)
    seen = _seen(row, draft, form)
    look: importer.Look = seen["look"]
    asks = bool(row.questions or seen["offered"] or seen["proposed"] or look.warnings) or not look.certain
    step = steps.at(row, wanted, asks=asks)
    rows = StepForm(formdata=None, data=choices.data_of(draft.options, choices.ROWS))
    options = draft.options
    count = look.verdict.ready if look.verdict.whole else None
    return render_template(
        f"imports/steps/{step}.html",
        import_=row,
        step=step,
        bar=steps.bar(row, step),
        blocked=bool(look.problem),
        rows_form=form if form and form.errors and step == "check" else rows,
        button=steps.button(row, count, mode=options.mode, review=options.review),
        **seen,
    )


def _seen(row: Import, draft: Draft, form: StepForm | None) -> dict[str, Any]:
    """The look at the stored file, with its controls."""
    at_columns = form if form and _step() == "columns" else first_look.blank_form(draft.options)
    try:
        with uploads.storage().open(row.storage_key) as file:
            seen = first_look.seen(file, at_columns, draft.options)
    except FileNotFoundError:
        abort(404, uploads.FILE_GONE)
    template = import_templates.get(draft.template_id) if draft.template_id else None
    return seen | {"template": template} | ({"offered": None, "proposed": None} if template else {})


def _step() -> str:
    """The step whose form was sent."""
    at = request.form.get("at", "columns")
    return at if at in steps.CHOSEN else "columns"


def _chosen(form: StepForm, draft: Draft) -> Draft:
    """The draft as the form that was sent makes it: its controls, a template in their place, or what was there before that."""
    if template := first_look.template("template"):
        return draft.with_template(import_templates.options(template), template.id)
    if again := first_look.learned_again():
        return draft.with_options(draft.options.with_reading(**again.choices))
    if first_look.is_replaced():
        return draft.without_template()
    if _step() == "check":
        return draft.with_options(_of_check(form, draft.options))
    return draft.with_options(draft.options.with_reading(**first_look.chosen_of_columns(form)))


def _of_check(form: StepForm, options: importer.Options) -> importer.Options:
    """What becomes of rows, and what a button of the verdict sets."""
    names = [*choices.ROWS, *(name for name in choices.READING if name in answers.fields())]
    said = choices.chosen(form, names)
    taken = mapping_rows.choices(mapping_rows.of_form(answers.fields()))["columns"]
    return options.with_reading(**said, columns=options.columns | choices.columns(form) | taken)


def _run(row: Import, draft: Draft) -> ResponseReturnValue:
    """Import with these choices; keep them as a template if the form has a name for it."""
    look: importer.Look = _seen(row, draft, None)["look"]
    if look.verdict.asks_twice and not look.problem and "anyway" not in request.form:
        return page(row, "check"), 422
    first_look.save_template(row, draft.options)
    try:
        made = drafts.run(actor(), row, draft.options)
    except drafts.NotNow as why:
        flash(str(why), "info")
        return redirect(_place(row), 303)
    except uploads.Gone as gone:
        flash(str(gone), "error")
        return redirect(_place(row), 303)
    return redirect(_place(made), 303)


def _started(row: Import) -> ResponseReturnValue:
    """Another user was faster: say so, and show the import."""
    flash("This import was started meanwhile.", "info")
    return redirect(_place(row), 303)


def _place(row: Import, step: str | None = None) -> str:
    return url_for("imports.show", import_id=row.id, step=step if step in steps.CHOSEN else None)
