"""Tokens of the caller: listed, made, revoked. A token makes none that can more than itself, or lives longer."""

from typing import Any

from flask import Response

from catalog.people import tokens
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.people import schemas
from catalog.web.http.request_log import actor

bp = Blueprint("tokens", "/tokens", "Keys to this API.")
me = Blueprint("account", "/account", "Whose token this is.")


@me.get("", scope="read")
@me.response(200, schemas.Account)
def account() -> dict[str, Any]:
    """Who you are here, and what your token may."""
    mine = caller().token
    told = {name: getattr(mine.user, name) for name in ("id", "email", "role", "locale", "time_zone")}
    factor = {"second_factor": mine.user.totp_secret is not None}
    return told | factor | {"scope": tokens.reach(mine), "token": mine}


@bp.get("", scope="read")
@bp.response(200, schemas.Tokens)
def index() -> dict[str, Any]:
    """Your own tokens, the revoked ones too."""
    return {"tokens": tokens.listed(caller().user_id)}


@bp.post("", scope="write", audit="token created")
@bp.arguments(schemas.NewToken)
@bp.response(201, schemas.TokenWithSecret)
def create(given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Make a token; it is in this answer and nowhere else."""
    mine = caller().token
    if not tokens.may(mine, given["scope"]):
        raise invalid("scope", "This is more than the token that asks may.")
    if not given["name"].strip():
        raise invalid("name", "Say what it is for.")
    row, token = tokens.create(actor(), mine.user, given["name"], given["scope"], given["days"], mine.expires_at)
    shown = {name: getattr(row, name) for name in schemas.Token().fields}
    return shown | {"token": token}, 201


@bp.delete("/<int:token_id>", scope="write", audit="token revoked")
@bp.response(204)
def revoke(token_id: int) -> Response:
    """From now on it opens nothing; also the one that asks."""
    if not tokens.revoke(actor(), token_id, caller().user_id):
        raise Problem("not_found", "There is no such token, or not any more.")
    return Response(status=204)
