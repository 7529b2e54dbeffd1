"""`user` and `token`: users who may sign in, and tokens for the API."""

import json
import sys
from datetime import UTC, datetime

import click

from catalog.cli import backend, local_servers, results
from catalog.cli.backend.protocol import Row

ROLES = ("admin", "editor", "viewer")
JSON_NAMES = ("id", "name", "prefix", "scope", "email", "created_at", "expires_at", "last_used_at", "revoked_at")
"""The names of a token in --json."""


@click.group()
def user() -> None:
    """Users who may sign in."""


@user.command("create")
@click.argument("email")
@click.option(
    "--role", type=click.Choice(ROLES), help="Role of the user.  [default: viewer; the first user is an admin]"
)
def user_create(email: str, role: str | None) -> None:
    """Create the user EMAIL. The password is CATALOG_PASSWORD if it is set; else the command asks for it.

    Without a terminal, the password is the first line of standard input, such as a pipe.

    With CATALOG_URL the user is invited: the command prints a link, and the user chooses a password with it.
    """
    from catalog.people import emails

    if not emails.is_address(email):
        raise click.ClickException("This is not an email address.")
    with backend.opened() as catalog:
        created = catalog.create_user(email, role or "", lambda: _password(email))
    if link := created.get("link"):
        invited = f"{created['email']} is invited with the role {created['role']}."
        click.echo(f"{invited} Send them this link; it works once and expires after 7 days:")
        click.echo(link)
    else:
        click.echo(f"{created['email']} can sign in now, with the role {created['role']}.")


@click.group()
def token() -> None:
    """Tokens for the API."""


@token.command("create")
@click.argument("email")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(["read", "write", "admin"]),
    default="read",
    show_default=True,
    help="What the token may do; each scope includes the ones before it.",
)
@click.option(
    "--days", type=click.IntRange(0), default=0, show_default=True, help="Days until it expires; 0: it does not expire."
)
def token_create(email: str, name: str, scope: str, days: int) -> None:
    """Create a token called NAME for the user EMAIL, and print it. It is shown only once."""
    if not name.strip():
        raise click.UsageError("Give the token a name that says what it is for.")
    with backend.opened() as catalog:
        click.echo(catalog.create_token(email, name, scope, days))


@token.command("list")
@click.argument("email", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per token.")
def token_list(email: str, as_json: bool) -> None:
    """List the tokens of EMAIL, or of all users: number, user, name, scope, expiry, last use.

    Catalog does not store the tokens themselves.
    """
    with backend.opened() as catalog:
        for row in catalog.tokens(email):
            words = f"{row['id']}\t{row['email']}\t{row['name']} ({row['prefix']}…)\t{row['scope']}\t{_state(row)}"
            click.echo(json.dumps({name: row[name] for name in JSON_NAMES}) if as_json else words)


@token.command("revoke")
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def token_revoke(number: int) -> None:
    """Revoke the token with the number ID of `token list`. It stops working at once."""
    with backend.opened() as catalog:
        catalog.revoke_token(number)
    click.echo(f"Token {number} is revoked.")


def _password(email: str) -> str:
    """The password of a new user, by CATALOG_PASSWORD or the prompt. Raises click.ClickException if it is too weak."""
    from catalog.people import passwords

    password = local_servers.settings().password or _asked_password()
    if problem := passwords.problem(password, email):
        raise click.ClickException(problem)
    return password


def _asked_password() -> str:
    """The password from the terminal, or the first line of piped input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    if password := sys.stdin.readline().rstrip("\r\n"):
        return password
    raise click.UsageError(
        "There is no terminal to ask for the password. Set CATALOG_PASSWORD, or send the password on standard input."
    )


def _state(row: Row) -> str:
    """The state of a token in words."""
    if row["revoked_at"]:
        return f"revoked {results.moment(row['revoked_at']):%Y-%m-%d}"
    if row["is_disabled"]:
        return "its user is disabled"
    if row["expires_at"] and results.moment(row["expires_at"]) <= datetime.now(UTC):
        return "expired"
    ends = f"expires {results.moment(row['expires_at']):%Y-%m-%d}" if row["expires_at"] else "does not expire"
    used = f"used {results.moment(row['last_used_at']):%Y-%m-%d}" if row["last_used_at"] else "never used"
    return f"{ends}, {used}"


COMMANDS = (user, token)
