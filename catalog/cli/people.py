"""`user` and `token`: who may sign in, and keys to the API."""

import click

from catalog.cli.servers import application
from catalog.config import Settings

ROLES = ("admin", "editor", "viewer")


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("create")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    help="What they may do.  [default: viewer; the first user is an admin]",
)
def user_create(email: str, role: str | None) -> None:
    """Let EMAIL sign in; the password comes from the prompt or CATALOG_PASSWORD."""
    from catalog import accounts, audit, passwords

    password = Settings().password or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    if problem := passwords.problem(password, email):
        raise click.ClickException(problem)
    with application() as app, app.app_context():
        if accounts.by_email(email):
            raise click.ClickException(f"{email} can sign in already.")
        created = accounts.create(email, password, role or "")
        subject = f"{created.email}, {created.role}"
        audit.record("user created", email="command line", subject=subject)
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
    "--days",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Days until it ends; 0 is until it is revoked.",
)
def token_create(email: str, name: str, scope: str, days: int) -> None:
    """Print a new token of EMAIL, called NAME; it is shown this once."""
    from catalog import accounts, tokens

    with application() as app, app.app_context():
        user = accounts.by_email(email)
        if user is None:
            raise click.ClickException(f"There is no user {email}.")
        click.echo(tokens.create(user, name, scope, days)[1])


COMMANDS = (user, token)
