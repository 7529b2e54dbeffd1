"""What pages can, programs can: every route of the pages names its operation, or a reason why there is none."""

from flask import Flask

from catalog.web.api.frame.problems import PREFIX
from catalog.web.http.routes import PAGE_ONLY, PERSON_ONLY, PUBLIC, access


def test_every_route_of_the_pages_names_its_operation_or_a_reason(migrated_app: Flask) -> None:
    paths = migrated_app.extensions["api_reference"]["paths"]
    there = {f"{method.upper()} {path.removeprefix(PREFIX)}" for path, methods in paths.items() for method in methods}
    declared = [access(endpoint, migrated_app) for endpoint in migrated_app.view_functions]
    named = {each.api for each in declared if each.role and each.role != PUBLIC}
    assert named - there == {PAGE_ONLY, PERSON_ONLY}
