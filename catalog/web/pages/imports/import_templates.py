"""Pages of templates: save from an import, list, rename, delete."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.imports import Import, ImportTemplate, find, import_templates
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import PAGE_ONLY, Blueprint

bp = Blueprint("import_templates", __name__)


@bp.get("/imports/templates", role="viewer", api="GET /templates")
def index() -> ResponseReturnValue:
    """List all templates by name."""
    return render_template("imports/import_templates.html", templates=import_templates.listed())


@bp.get("/imports/profiles", role="viewer", api=PAGE_ONLY)
def moved() -> ResponseReturnValue:
    """Redirect from the old URL of the list, for one release."""
    return redirect(url_for("import_templates.index"), 301)


@bp.post("/imports/<int:import_id>/template", role="editor", api="POST /templates", audit="template saved")
def save(import_id: int) -> ResponseReturnValue:
    """Save the choices of an import as a template."""
    row = find(Import, import_id)
    with redirects.saying(import_templates.Unusable):
        template = import_templates.save_import(actor(), request.form.get("name", ""), row)
        return redirects.say(f"Saved as the template “{template.name}”.", url_for("import_templates.index"))
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.post(
    "/imports/templates/<int:template_id>",
    role="editor",
    api="PATCH /templates/{template_id}",
    audit="template renamed",
)
def rename(template_id: int) -> ResponseReturnValue:
    """Rename a template."""
    template = find(ImportTemplate, template_id)
    with redirects.saying(import_templates.Unusable):
        import_templates.rename(actor(), template, request.form.get("name", ""))
        flash(f"The template is now named “{template.name}”.", "success")
    return redirect(url_for("import_templates.index"), 303)


@bp.post(
    "/imports/templates/<int:template_id>/delete",
    role="editor",
    api="DELETE /templates/{template_id}",
    audit="template deleted",
)
def delete(template_id: int) -> ResponseReturnValue:
    """Delete a template; imports that used it keep their choices."""
    import_templates.delete(actor(), find(ImportTemplate, template_id))
    return redirects.say("The template was deleted.", url_for("import_templates.index"))
