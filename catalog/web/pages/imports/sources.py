"""Sources: files that are fetched from a URL, by hand or on a schedule."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog import importer
from catalog.imports import (
    ImportSource,
    find,
    import_templates,
    links,
    source_answers,
    source_owners,
    source_registry,
    source_results,
)
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms.imports import UploadForm
from catalog.web.pages.imports import imports
from catalog.web.pages.imports.source_forms import (
    UNSHOWN,
    SourceForm,
    data_of,
    data_of_options,
    draft_of,
    import_template_name,
    import_template_options,
)

bp = Blueprint("sources", __name__, url_prefix="/imports/sources")


@bp.get("", role="viewer", api="GET /sources")
def index() -> ResponseReturnValue:
    """List all sources, each with the result of its last run."""
    return render_template("imports/sources/index.html", **_all())


@bp.get("/states", role="viewer", api="GET /sources", polled=True)
def states() -> ResponseReturnValue:
    """The current list, for an open page that polls."""
    return render_template("imports/sources/_list.html", **_all())


@bp.route("/new", methods=["GET", "POST"], role="editor", api="POST /sources", audit="import source")
def new() -> ResponseReturnValue:
    """Create a source, perhaps with the choices of a template. Without a schedule it is fetched at once."""
    options = import_template_options() or importer.Options()
    form = SourceForm(data=data_of_options(options) | {"template": import_template_name()})
    if form.validate_on_submit():
        try:
            row = source_registry.create(actor(), draft_of(form, options), at_once=True)
            return redirect(url_for("sources.show", source_id=row.id), 303)
        except source_registry.Invalid:
            pass  # the page says it
    return _form_page(form, None, options)


@bp.post("/link", role="editor", api="POST /sources", audit="import received")
def link() -> ResponseReturnValue:
    """Create an import whose file is fetched from a link. No source is kept."""
    url = request.form.get("url", "").replace("\0", "").strip()
    try:
        row = links.begin(actor(), url)
    except source_answers.Failed as failed:
        shown = "" if {*url} & {*"@?"} else url  # it may contain a password or a token
        return imports.form_page(UploadForm(), 422, link=shown, link_problem=str(failed))
    return redirect(url_for("imports.show", import_id=row.id), 303)


@bp.route(
    "/<int:source_id>/edit",
    methods=["GET", "POST"],
    role="editor",
    api="PATCH /sources/{source_id}",
    audit="import source",
)
def edit(source_id: int) -> ResponseReturnValue:
    """Change a source. Its URL is not shown, because it may contain a password."""
    row = find(ImportSource, source_id)
    options = import_template_options() or importer.Options.from_json(row.options)
    form = SourceForm(data=data_of(row) | data_of_options(options) | {"template": import_template_name()})
    if form.validate_on_submit():
        try:
            source_registry.change(actor(), row, draft_of(form, options))
            return redirects.say("The source was saved.", url_for("sources.show", source_id=source_id))
        except source_registry.Invalid:
            pass  # the page says it
    return _form_page(form, row, options)


@bp.get("/<int:source_id>", role="viewer", api="GET /sources/{source_id}/runs")
def show(source_id: int) -> ResponseReturnValue:
    """Show a source and its last runs."""
    return render_template("imports/sources/show.html", **_one(find(ImportSource, source_id)))


@bp.get("/<int:source_id>/state", role="viewer", api="GET /sources/{source_id}/runs", polled=True)
def state(source_id: int) -> ResponseReturnValue:
    """The current state of a source, for an open page that polls."""
    return render_template("imports/sources/_state.html", **_one(find(ImportSource, source_id)))


@bp.post("/<int:source_id>/run", role="editor", api="POST /sources/{source_id}/run", audit="import source run")
def run(source_id: int) -> ResponseReturnValue:
    """Fetch a source as soon as possible."""
    with redirects.saying(source_registry.Paused):
        source_registry.want(actor(), find(ImportSource, source_id))
        flash("The file will be fetched within seconds.", "info")
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post("/<int:source_id>/switch", role="editor", api="PATCH /sources/{source_id}", audit="import source")
def switch(source_id: int) -> ResponseReturnValue:
    """Pause or resume the schedule of a source."""
    enabled = request.form.get("enabled") == "1"
    with redirects.saying(source_registry.Paused):
        source_registry.switch(actor(), find(ImportSource, source_id), enabled)
        flash("The schedule is active again." if enabled else "The schedule is paused.", "success")
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post(
    "/<int:source_id>/take-over",
    role="admin",
    api="POST /sources/{source_id}/take-over",
    audit="import source taken over",
)
def take_over(source_id: int) -> ResponseReturnValue:
    """Make the current user the owner of a source whose owner may no longer import."""
    source_registry.take_over(actor(), find(ImportSource, source_id), current_user.id, current_user.email)
    return redirects.say("You own this source now, and it runs again.", url_for("sources.show", source_id=source_id))


@bp.route(
    "/<int:source_id>/delete",
    methods=["GET", "POST"],
    role="editor",
    api="DELETE /sources/{source_id}",
    audit="import source",
)
def delete(source_id: int) -> ResponseReturnValue:
    """Ask for confirmation, then delete the source."""
    row = find(ImportSource, source_id)
    if request.method == "GET":
        return render_template("imports/sources/delete.html", source=row)
    source_registry.delete(actor(), row)
    return redirects.say("The source was deleted.", url_for("sources.index"))


def _all() -> dict[str, Any]:
    sources = source_registry.overview()
    busy = ("running", "importing")
    live = any(one.result in busy or one.source.wanted_at for one in sources)
    warned = source_results.warnings(one.run for one in sources if one.run)
    return {"sources": sources, "live": live, "words": source_results.WORDS, "warned": warned}


def _one(row: ImportSource) -> dict[str, Any]:
    latest = source_registry.runs(row.id, source_registry.RUNS + 1)
    runs = latest[: source_registry.RUNS]
    found = source_results.of_runs(runs)
    busy = {"running", "importing"} & {*found.values()}
    return {
        "source": row,
        "runs": runs,
        "older": len(latest) > len(runs),
        "results": found,
        "warned": source_results.warnings(runs),
        "words": source_results.WORDS,
        "waits_since": source_results.waits_since(runs[0]) if runs else None,
        "paused": source_registry.why_paused(row),
        "may_resume": row.paused_reason and not source_owners.problem(row),
        "live": bool(busy or row.wanted_at),
    }


def _form_page(form: SourceForm, row: ImportSource | None, options: importer.Options) -> ResponseReturnValue:
    if form.is_submitted():
        form.complain(source_registry.problems(draft_of(form, options), is_new=row is None))
        form.url.hide()
    page = render_template(
        "imports/sources/form.html",
        form=form,
        source=row,
        templates=import_templates.listed(),
        unshown=[word for name, word in UNSHOWN.items() if getattr(options, name)],
    )
    return page, 422 if form.is_submitted() else 200
