"""A first look at a file: while it is being sent, from its beginning, and after it failed, from what is stored."""

import io

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer, imports, uploads
from catalog.forms import ReadingForm
from catalog.models import Import

bp = Blueprint("first_look", __name__)


def chosen(form: ReadingForm) -> dict[str, object]:
    """The choices of how to read a file, as importer.Options has them; "-" is no column."""
    columns = {field: form[f"map_{field}"].data or "" for field in importer.FIELDS}
    return {
        "encoding": form.encoding.data or "",
        "delimiter": form.delimiter.data or "",
        "header": form.header.data != "no",
        "skip": form.skip.data,
        "sheet": form.sheet.data or "",
        "columns": {
            field: "" if column == "-" else column
            for field, column in columns.items()
            if column
        },
    }


@bp.post("/imports/look")
def beginning() -> ResponseReturnValue:
    """What is seen in the beginning of a file, as a part of the page that sends it. Nothing is kept."""
    form = ReadingForm()
    file = request.files.get("beginning")
    if file is None or not form.validate():
        words = "; ".join(message for found in form.errors.values() for message in found)  # fmt: skip
        return words or "There is nothing to look at.", 422
    options = importer.Options().with_reading(**chosen(form))
    data = io.BytesIO(file.read())
    look = importer.look(data, options, whole="whole" in request.form)
    return _fragment(look, form)


@bp.route("/imports/<int:import_id>/look", methods=["GET", "POST"])
def stored(import_id: int) -> ResponseReturnValue:
    """The stored file of an import that failed, looked at with other choices, and run again with them."""
    row = _found(import_id)
    before = importer.Options.from_json(row.options)
    form = ReadingForm() if request.method == "POST" else ReadingForm(data=data_of(before))  # fmt: skip
    if request.method == "POST" and not form.validate():
        return _page(row, form, before), 422
    options = before.with_reading(**chosen(form)) if form.is_submitted() else before
    if form.is_submitted() and "again" in request.form:
        if not imports.retry(row.id, options):
            flash("Only an import that failed or was cancelled can be run again.", "info")  # fmt: skip
        return redirect(url_for("imports.show", import_id=row.id), 303)
    return _page(row, form, options)


def _found(import_id: int) -> Import:
    row = imports.get(import_id) if import_id < 2**31 else None
    if row is None or row.state not in ("failed", "cancelled"):
        abort(404, "There is no such import that could be run again.")
    return row


def _page(row: Import, form: ReadingForm, options: importer.Options) -> str:
    try:
        with uploads.storage().open(row.storage_key) as file:
            look = importer.look(file, options)
    except FileNotFoundError:
        abort(404, "The stored file is gone. Upload it again.")
    return render_template("imports/look.html", import_=row, **_parts(look, form))


def _fragment(look: importer.Look, form: ReadingForm) -> str:
    return render_template("imports/_look.html", **_parts(look, form))


def _parts(look: importer.Look, form: ReadingForm) -> dict[str, object]:
    field_of = {position: field for field, position in look.fields.items()}
    return {
        "look": look,
        "form": form,
        "field_of": field_of,
        "encodings": importer.ENCODINGS,
    }


def data_of(options: importer.Options) -> dict[str, object]:
    """Options as the form shows them."""
    columns = {f"map_{field}": column or "-" for field, column in options.columns.items()}  # fmt: skip
    return columns | {
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "header": "yes" if options.header else "no",
        "skip": options.skip,
        "sheet": options.sheet,
    }
