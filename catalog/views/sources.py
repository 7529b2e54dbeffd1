"""Sources: files that are fetched from a URL, by hand or on a schedule."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import Length

from catalog import importer
from catalog.forms import UploadForm, UrlField
from catalog.models import ImportSource
from catalog.sources import registry
from catalog.views import first_look
from catalog.views.imports import chosen

bp = Blueprint("sources", __name__, url_prefix="/imports/sources")


class SourceForm(UploadForm):
    """Where a file lies, when it is fetched, and what to do with it."""

    file = None
    upload = None
    validate_file = None  # type: ignore[assignment]
    name = StringField("Name", [Length(max=200, message="Use at most 200 characters.")])
    url = UrlField("URL")
    schedule = StringField("Schedule")
    time_zone = StringField("Time zone", default="UTC")


@bp.get("")
def index() -> ResponseReturnValue:
    """Every source, and how its last run went."""
    return render_template("sources/index.html", sources=registry.overview())


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make one; without a schedule it is fetched at once."""
    form = SourceForm()
    if form.validate_on_submit():
        try:
            row = registry.create(_wish(form), current_user.id)
        except registry.Invalid as invalid:
            form[invalid.field].errors = [str(invalid)]
        else:
            if not row.schedule:
                registry.want(row)
            return redirect(url_for("sources.show", source_id=row.id), 303)
    return _form_page(form, None)


@bp.route("/<int:source_id>/edit", methods=["GET", "POST"])
def edit(source_id: int) -> ResponseReturnValue:
    """Change one. Its URL is not shown: it may hold a password."""
    row = _found(source_id)
    form = SourceForm() if request.method == "POST" else SourceForm(data=_data(row))
    if form.validate_on_submit():
        try:
            registry.change(row, _wish(form))
        except registry.Invalid as invalid:
            form[invalid.field].errors = [str(invalid)]
        else:
            flash("The source was saved.", "success")
            return redirect(url_for("sources.show", source_id=source_id), 303)
    return _form_page(form, row)


@bp.get("/<int:source_id>")
def show(source_id: int) -> ResponseReturnValue:
    """One source and its last runs."""
    row = _found(source_id)
    return render_template(
        "sources/show.html", source=row, runs=registry.runs(source_id)
    )


@bp.post("/<int:source_id>/run")
def run(source_id: int) -> ResponseReturnValue:
    """Fetch it as soon as can be."""
    registry.want(_found(source_id))
    flash("The file will be fetched within seconds.", "info")
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.post("/<int:source_id>/switch")
def switch(source_id: int) -> ResponseReturnValue:
    """Pause its schedule, or go on."""
    enabled = request.form.get("enabled") == "1"
    registry.switch(_found(source_id), enabled)
    flash("The schedule goes on." if enabled else "The schedule is paused.", "success")
    return redirect(url_for("sources.show", source_id=source_id), 303)


@bp.route("/<int:source_id>/delete", methods=["GET", "POST"])
def delete(source_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    row = _found(source_id)
    if request.method == "GET":
        return render_template("sources/delete.html", source=row)
    registry.delete(row)
    flash("The source was deleted.", "success")
    return redirect(url_for("sources.index"), 303)


def _found(source_id: int) -> ImportSource:
    row = registry.get(source_id) if source_id < 2**31 else None
    return row or abort(404, "There is no such source.")


def _form_page(form: SourceForm, row: ImportSource | None) -> ResponseReturnValue:
    if form.is_submitted():
        form.url.hide()
    page = render_template(
        "sources/form.html", form=form, source=row, encodings=importer.ENCODINGS
    )
    return page, 422 if form.is_submitted() else 200


def _wish(form: SourceForm) -> registry.Wish:
    def text(name: str) -> str:
        return str(form[name].data or "").replace("\0", "").strip()

    names = ("name", "url", "schedule")
    wanted = {name: text(name) for name in names}
    zone = text("time_zone") or "UTC"
    return registry.Wish(**wanted, time_zone=zone, options=chosen(form))


def _data(row: ImportSource) -> dict[str, Any]:
    """A source as the form shows it."""
    options = importer.Options.from_json(row.options)
    return first_look.data_of(options) | {
        "name": row.name,
        "schedule": row.schedule,
        "time_zone": row.time_zone,
        "mode": options.mode,
        "blank": options.blank,
        "extra": options.extra,
        "new_products": "active" if options.active else "inactive",
    }
