"""Profiles on pages: kept from an import, listed, renamed, forgotten."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.imports import lifecycle
from catalog.imports.intake import profiles
from catalog.models import ImportProfile, find
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint

bp = Blueprint("profiles", __name__)


@bp.get("/imports/profiles", role="viewer", api="GET /profiles")
def index() -> ResponseReturnValue:
    """All of them, by name."""
    return render_template("imports/profiles.html", profiles=profiles.listed())


@bp.post("/imports/<int:import_id>/profile", role="editor", api="POST /profiles", audit="profile saved")
def save(import_id: int) -> ResponseReturnValue:
    """Keep the choices of an import under a name."""
    row = lifecycle.get(import_id)
    if row is None:
        abort(404, "There is no such import.")
    name = request.form.get("name", "")
    try:
        profile = profiles.save_import(actor(), name, row)
    except profiles.Unusable as error:
        flash(str(error), "error")
        return redirect(url_for("imports.show", import_id=import_id), 303)
    flash(f"Saved as the profile “{profile.name}”.", "success")
    return redirect(url_for("profiles.index"), 303)


@bp.post(
    "/imports/profiles/<int:profile_id>", role="editor", api="PATCH /profiles/{profile_id}", audit="profile renamed"
)
def rename(profile_id: int) -> ResponseReturnValue:
    """Give it another name."""
    profile = find(ImportProfile, profile_id)
    try:
        profiles.rename(actor(), profile, request.form.get("name", ""))
    except profiles.Unusable as error:
        flash(str(error), "error")
    else:
        flash(f"The profile is now named “{profile.name}”.", "success")
    return redirect(url_for("profiles.index"), 303)


@bp.post(
    "/imports/profiles/<int:profile_id>/delete",
    role="editor",
    api="DELETE /profiles/{profile_id}",
    audit="profile deleted",
)
def delete(profile_id: int) -> ResponseReturnValue:
    """Forget it; imports that were made with it keep their choices."""
    profiles.delete(actor(), find(ImportProfile, profile_id))
    flash("The profile was deleted.", "success")
    return redirect(url_for("profiles.index"), 303)
