"""Templates: the saved choices for the files of a supplier."""

import json
from typing import Any

from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import ImportTemplate, control, find, import_templates, template_json
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import invalid
from catalog.web.api.imports.schemas import import_templates as schemas
from catalog.web.http.request_log import actor

bp = Blueprint("import_templates", "/templates", "Saved choices of imports, by name.")


@bp.get("", scope="read")
@bp.response(200, schemas.ImportTemplateList)
def index() -> dict[str, Any]:
    """List all templates by name."""
    found = import_templates.listed()
    return {"templates": found, "profiles": found}


@bp.post("", scope="write", audit="template saved")
@bp.arguments(schemas.NewImportTemplate)
@bp.response(201, template_json.ImportTemplate)
def create(asked: dict[str, Any]) -> tuple[ImportTemplate, int, dict[str, str]]:
    """Save the choices of an import, or a mapping, under a name. It replaces a template with that name."""
    try:
        if asked["import_id"] is not None:
            row = control.get(asked["import_id"])
            if row is None:
                raise invalid("import_id", "There is no such import.")
            template = import_templates.save_import(actor(), asked["name"], row)
        else:
            chosen = importer.parse_mapping(json.dumps(asked["mapping"]))
            wanted = importer.Options(**chosen)
            template = import_templates.save(actor(), asked["name"], wanted, asked["header"])
    except importer.Rejected as rejection:
        raise invalid("mapping", str(rejection)) from None
    return template, 201, {"Location": f"{bp.url_prefix}/{template.id}"}


@bp.get("/<int:template_id>", scope="read")
@bp.response(200, template_json.ImportTemplate)
def show(template_id: int) -> ImportTemplate:
    """Get one template."""
    return find(ImportTemplate, template_id)


@bp.patch("/<int:template_id>", scope="write", audit="template renamed")
@bp.arguments(schemas.ImportTemplateName)
@bp.response(200, template_json.ImportTemplate)
def rename(asked: dict[str, Any], template_id: int) -> ImportTemplate:
    """Rename a template."""
    template = find(ImportTemplate, template_id)
    import_templates.rename(actor(), template, asked["name"])
    return template


@bp.delete("/<int:template_id>", scope="write", audit="template deleted")
@bp.response(204)
def delete(template_id: int) -> ResponseReturnValue:
    """Delete a template. Imports that used it keep their choices."""
    import_templates.delete(actor(), find(ImportTemplate, template_id))
    return "", 204


profiles = Blueprint("profiles", "/profiles", "The old address of templates, for one release.")
"""The same operations where they were before, documented as deprecated."""
for _method, _rule, _view, _audit in (
    ("GET", "", index, ""),
    ("POST", "", create, "template saved"),
    ("GET", "/<int:template_id>", show, ""),
    ("PATCH", "/<int:template_id>", rename, "template renamed"),
    ("DELETE", "/<int:template_id>", delete, "template deleted"),
):
    _scope = "write" if _audit else "read"
    _document = profiles.doc(deprecated=True)
    profiles.route(_rule, methods=[_method], scope=_scope, audit=_audit)(_document(_view))
