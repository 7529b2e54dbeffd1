"""Profiles: how the files of a supplier are read, under a name."""

import json
from typing import Any

from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import lifecycle
from catalog.imports.intake import profiles
from catalog.imports.shapes import profiles as shapes
from catalog.models import ImportProfile, find
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import invalid
from catalog.web.api.imports.schemas import profiles as schemas
from catalog.web.http.request_log import actor

bp = Blueprint("profiles", "/profiles", "Choices of an import under a name.")


@bp.get("", scope="read")
@bp.response(200, schemas.ProfileList)
def index() -> dict[str, Any]:
    """All of them, by name."""
    return {"profiles": profiles.listed()}


@bp.post("", scope="write", audit="profile saved")
@bp.arguments(schemas.NewProfile)
@bp.response(201, shapes.Profile)
def create(asked: dict[str, Any]) -> tuple[ImportProfile, int, dict[str, str]]:
    """Keep the choices of an import, or a mapping, in place of what had that name."""
    try:
        if asked["import_id"] is not None:
            row = lifecycle.get(asked["import_id"])
            if row is None:
                raise invalid("import_id", "There is no such import.")
            profile = profiles.save_import(actor(), asked["name"], row)
        else:
            chosen = importer.parse_mapping(json.dumps(asked["mapping"]))
            wanted = importer.Options(**chosen)
            profile = profiles.save(actor(), asked["name"], wanted, asked["header"])
    except importer.Rejected as refusal:
        raise invalid("mapping", str(refusal)) from None
    except profiles.Unusable as error:
        raise invalid("name", str(error)) from None
    return profile, 201, {"Location": f"{bp.url_prefix}/{profile.id}"}


@bp.get("/<int:profile_id>", scope="read")
@bp.response(200, shapes.Profile)
def show(profile_id: int) -> ImportProfile:
    """One profile."""
    return find(ImportProfile, profile_id)


@bp.patch("/<int:profile_id>", scope="write", audit="profile renamed")
@bp.arguments(schemas.ProfileName)
@bp.response(200, shapes.Profile)
def rename(asked: dict[str, Any], profile_id: int) -> ImportProfile:
    """Give it another name."""
    profile = find(ImportProfile, profile_id)
    try:
        profiles.rename(actor(), profile, asked["name"])
    except profiles.Unusable as error:
        raise invalid("name", str(error)) from None
    return profile


@bp.delete("/<int:profile_id>", scope="write", audit="profile deleted")
@bp.response(204)
def delete(profile_id: int) -> ResponseReturnValue:
    """Forget it; imports that were made with it keep their choices."""
    profiles.delete(actor(), find(ImportProfile, profile_id))
    return "", 204
