"""The user and scope of an API request, only from its bearer token."""

from dataclasses import dataclass

from flask import g, request

from catalog.people import ApiToken, second_factor, tokens
from catalog.web.api.frame.problems import Problem
from catalog.web.http.access_control import Identity


@dataclass(frozen=True)
class Caller:
    """The token of this request and its user."""

    token_id: int
    user_id: int
    token: ApiToken


def require(scope: str) -> None:
    """Require a valid token with this scope. Raises Problem: unauthorized, forbidden."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Problem(
            "unauthorized",
            "Send the header Authorization: Bearer, followed by a token.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    row = tokens.find(token.strip())
    if row is None:
        raise Problem(
            "unauthorized",
            "The token is unknown, expired or revoked.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    g.api_caller = Caller(row.id, row.user_id, row)
    g.identity = Identity(row.user_id, row.user.email, row.user.role)
    if second_factor.is_missing(row.user):
        raise Problem("factor_missing")
    if not tokens.may(row, scope):
        raise Problem(
            "forbidden",
            f"This request needs the scope {scope}, which this token or the role of its user does not have.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
        )


def caller() -> Caller:
    """The token and user of this request."""
    found: Caller = g.api_caller
    return found
