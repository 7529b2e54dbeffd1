"""Declarations of routes: who may use them, the body, and the operation of the API that does the same."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

import flask
from flask import Flask, current_app

from catalog.people import audit

PUBLIC = "public"
ROLES = (PUBLIC, "viewer", "editor", "admin")
SCOPES = ("read", "write", "admin")
API = "/api/v1/"
"""Routes below it let programs in by bearer tokens (api/frame/auth.py); they have a scope instead of a role."""

PAGE_ONLY = "only pages need it: a form, a part of a page, or a request of an open page"
PERSON_ONLY = "people only: a stolen token must not take over the account"

NO_LINE_FOR_PARTS = "none: a part of a file; its import has a line"
NO_LINE_FOR_LOOKS = "none: a look at a file changes nothing"
NO_LINE_FOR_CONFIRMING = "none: the action that asks for the password has a line"
UNAUDITED = (NO_LINE_FOR_PARTS, NO_LINE_FOR_LOOKS, NO_LINE_FOR_CONFIRMING)

SAFE = {"GET", "HEAD", "OPTIONS"}

Body = Literal["form", "part", "file", "files"]


@dataclass(frozen=True)
class Access:
    """What a route declares."""

    role: str = ""  # the least role of a page's route, reading and writing alike
    scope: str = ""  # what the token of an API's route needs
    api: str = ""  # of a page: the operation of the API that does the same, or why there is none
    audit: str = ""  # of a route that writes: the action of the line that its service writes into the audit log
    body: Body = "form"  # file, files: go straight to storage; part: of a file
    is_file: bool = False  # answers with a file, which is the same for all viewers
    polled: bool = False  # an open page requests it automatically: it does not keep a session alive
    without_factor: bool = False  # allowed before a required second factor is set up
    any_host: bool = False  # probes call us by our address

    @property
    def is_upload(self) -> bool:
        """Whether its file goes straight to storage."""
        return self.body in ("file", "files")


NONE = Access()


class Undeclared(Exception):
    """A route lacks a declaration."""


class Blueprint(flask.Blueprint):
    """Flask's blueprint, but each route declares its access: `@bp.get("/users", role="admin", api="GET /users")`."""

    def route(self, rule: str, **options: Any) -> Callable[[Any], Any]:
        """Register a view and what it declares."""
        declared = {each.name: options.pop(each.name) for each in fields(Access) if each.name in options}
        register = super().route(rule, **options)

        def decorator(function: Any) -> Any:
            return register(declare(function, **declared)) if declared else register(function)

        return decorator


def declare(function: Any, **declared: Any) -> Any:
    """The view, with what it declares."""
    function.access = Access(**declared)
    return function


def access(endpoint: str | None, app: Flask | None = None) -> Access:
    """The declaration of an endpoint; an unknown one has an empty declaration and is denied."""
    view = (app or current_app).view_functions.get(endpoint or "")
    found: Access = getattr(view, "access", NONE)
    return found


def check(app: Flask) -> None:
    """Check the declarations of all routes at start. Raises Undeclared."""
    for rule in app.url_map.iter_rules():
        declared = access(rule.endpoint, app)
        name = f"The route {rule.endpoint} ({rule.rule})"
        if rule.rule.startswith(API):
            if declared.scope not in SCOPES:
                raise Undeclared(f"{name} declares no scope: one of {', '.join(SCOPES)}.")
        elif declared.role not in ROLES:
            raise Undeclared(f"{name} declares no role: one of {', '.join(ROLES)}.")
        elif declared.role != PUBLIC and not declared.api:
            raise Undeclared(f"{name} declares no operation of the API, and no reason why there is none.")
        if (rule.methods or set()) - SAFE and declared.audit not in (*audit.ACTIONS, *UNAUDITED):
            raise Undeclared(f"{name} writes, and declares no action of the audit log.")
