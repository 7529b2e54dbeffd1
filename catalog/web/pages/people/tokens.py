"""The tokens of the current user: list, create, revoke. A new token is shown once."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.people import tokens, users
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms.people import TokenForm
from catalog.web.pages.people import confirming

bp = Blueprint("tokens", __name__, url_prefix="/tokens")


@bp.get("", role="viewer", api="GET /tokens")
def index() -> ResponseReturnValue:
    """List the tokens of the current user, with a form for a new one."""
    return _page(TokenForm())


@bp.post("", role="viewer", api="POST /tokens", audit="token created")
def create() -> ResponseReturnValue:
    """Create a token. Only this response contains it."""
    form = TokenForm()
    user = users.by_email(current_user.email)
    if user is None or not form.validate_on_submit():
        return _page(form), 422
    if answer := confirming.asked("To create a token", url_for("tokens.index")):
        return answer
    days = int(form.days.data)
    row, token = tokens.create(actor(), user, form.name.data, form.scope.data, days)
    return _page(TokenForm(formdata=None), made=row.name, token=token), 201


@bp.post("/<int:token_id>/revoke", role="viewer", api="DELETE /tokens/{token_id}", audit="token revoked")
def revoke(token_id: int) -> ResponseReturnValue:
    """Revoke a token."""
    tokens.revoke(actor(), token_id, current_user.id)
    return redirects.say("The token was revoked.", url_for("tokens.index"))


def _page(form: TokenForm, **made: str) -> str:
    return render_template(
        "people/tokens.html", form=form, tokens=tokens.listed(current_user.id), is_good=tokens.is_good, **made
    )
