"""`user` and `token`: who may sign in, and keys to the API."""

import json
import sys
from typing import Any

import click

from catalog.cli.servers import application, deny_remote
from catalog.config import Settings
from catalog.people import COMMAND_LINE

ROLES = ("admin", "editor", "viewer")


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("create")
@click.argument("email")
@click.option(
    "--role", type=click.Choice(ROLES), help="What they may do.  [default: viewer; the first user is an admin]"
)
def user_create(email: str, role: str | None) -> None:
    """Let EMAIL sign in; the password comes from the prompt or CATALOG_PASSWORD."""
    from catalog.people import emails, passwords, users

    deny_remote()
    try:
        emails.plain(email)
    except emails.NotAnAddress:
        raise click.ClickException("This is not an email address.") from None
    password = Settings().password or _asked_password()
    if problem := passwords.problem(password, email):
        raise click.ClickException(problem)
    with application() as app, app.app_context():
        if users.by_email(email):
            raise click.ClickException(f"{email} can sign in already.")
        created = users.create(COMMAND_LINE, email, password, role or "")
        click.echo(f"{created.email} can sign in now, as {created.role}.")


@click.group()
def token() -> None:
    """Keys to the API."""


@token.command("create")
@click.argument("email")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(["read", "write", "admin"]),
    default="read",
    show_default=True,
    help="What it may do; each holds the ones before.",
)
@click.option(
    "--days", type=click.IntRange(0), default=0, show_default=True, help="Days until it ends; 0 is until it is revoked."
)
def token_create(email: str, name: str, scope: str, days: int) -> None:
    """Print a new token of EMAIL, called NAME; it is shown this once."""
    from catalog.people import tokens

    with application() as app, app.app_context():
        _, token = tokens.create(COMMAND_LINE, _user(email), name, scope, days)
        click.echo(token)


@token.command("list")
@click.argument("email", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a token.")
def token_list(email: str, as_json: bool) -> None:
    """List the tokens of EMAIL, or of all users: their number, whose, name, scope, end, last use. The tokens themselves are not kept."""
    from catalog.people import tokens

    with application() as app, app.app_context():
        for row in tokens.listed(_user(email).id if email else None):
            told = _told(row)
            words = f"{told['id']}\t{told['email']}\t{told['name']} ({told['prefix']}…)\t{told['scope']}\t{_state(row)}"
            click.echo(json.dumps(told) if as_json else words)


@token.command("revoke")
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def token_revoke(number: int) -> None:
    """Revoke the token ID of `token list`: from now on it opens nothing."""
    from catalog.people import tokens

    with application() as app, app.app_context():
        if not tokens.revoke(COMMAND_LINE, number):
            raise click.ClickException("There is no such token, or not any more.")
        click.echo(f"Token {number} is revoked.")


def _asked_password() -> str:
    """The password from the terminal, or the first line of what a script pipes in."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    if password := sys.stdin.readline().rstrip("\r\n"):
        return password
    raise click.UsageError("There is no terminal to ask for the password at: set CATALOG_PASSWORD.")


def _user(email: str) -> Any:
    from catalog.people import users

    user = users.by_email(email)
    if user is None:
        raise click.ClickException(f"There is no user {email}.")
    return user


def _told(row: Any) -> dict[str, Any]:
    """A token as --json tells it."""
    times = ("created_at", "expires_at", "last_used_at", "revoked_at")
    moments = {name: getattr(row, name) for name in times}
    told = {name: getattr(row, name) for name in ("id", "name", "prefix", "scope")}
    return told | {"email": row.user.email} | {name: moment and moment.isoformat() for name, moment in moments.items()}


def _state(row: Any) -> str:
    """Whether a token is good, in words."""
    from catalog.people import tokens

    if row.revoked_at:
        return f"revoked {row.revoked_at:%Y-%m-%d}"
    if not tokens.is_good(row):
        return "expired" if not row.user.disabled_at else "its user is disabled"
    ends = f"ends {row.expires_at:%Y-%m-%d}" if row.expires_at else "does not end"
    used = f"used {row.last_used_at:%Y-%m-%d}" if row.last_used_at else "never used"
    return f"{ends}, {used}"


COMMANDS = (user, token)
