"""Tokens of the caller. A token can't create a token that may do more or lasts longer than itself."""

from typing import Any

from flask import Response

from catalog.people import tokens
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import invalid
from catalog.web.api.people import schemas
from catalog.web.http.request_log import actor

bp = Blueprint("tokens", "/tokens", "API tokens.")
me = Blueprint("account", "/account", "The user of this token.")


@me.get("", scope="read")
@me.response(200, schemas.Account)
def account() -> dict[str, Any]:
    """Get your user and what your token may do."""
    mine = caller().token
    body = {name: getattr(mine.user, name) for name in ("id", "email", "role", "locale", "time_zone")}
    factor = {"second_factor": mine.user.totp_secret is not None}
    return body | factor | {"scope": tokens.reach(mine), "token": mine}


@bp.get("", scope="read")
@bp.response(200, schemas.Tokens)
def index() -> dict[str, Any]:
    """List your tokens, including revoked ones."""
    return {"tokens": tokens.listed(caller().user_id)}


@bp.post("", scope="write", audit="token created")
@bp.arguments(schemas.NewToken)
@bp.response(201, schemas.TokenWithSecret)
def create(given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Create a token. Only this response contains it."""
    mine = caller().token
    if not tokens.may(mine, given["scope"]):
        raise invalid("scope", "A token can't create a token that may do more than itself.")
    if not given["name"].strip():
        raise invalid("name", "Enter a name.")
    row, token = tokens.create(actor(), mine.user, given["name"], given["scope"], given["days"], mine.expires_at)
    shown = {name: getattr(row, name) for name in schemas.Token().fields}
    return shown | {"token": token}, 201


@bp.delete("/<int:token_id>", scope="write", audit="token revoked")
@bp.response(204)
def revoke(token_id: int) -> Response:
    """Revoke a token, even the one in the request."""
    tokens.revoke(actor(), token_id, caller().user_id)
    return Response(status=204)
