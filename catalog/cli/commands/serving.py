"""`up`, `url` and `doctor`."""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from catalog import ops
from catalog.cli import local_servers
from catalog.cli.here_only import HereOnly
from catalog.runtime import ROLES, Settings

if TYPE_CHECKING:
    from flask import Flask


def _roles(context: click.Context, option: click.Parameter, value: str | None) -> list[str] | None:
    """The roles in the text of --roles; None if it is not given."""
    names = None if value is None else [name.strip() for name in value.split(",") if name.strip()]
    for name in names or []:
        if name not in ROLES:
            raise click.BadParameter(f"{name!r} is not a role. Roles are {', '.join(ROLES)}.")
    return names


@click.command(cls=HereOnly)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 chooses a free one.  [default: 8000]")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Number of imports that run at the same time.",
)
@click.option(
    "--roles",
    callback=_roles,
    help="Comma-separated roles of this host: web, worker, steward, webhooks.  [default: all]",
)
def up(host: str | None, port: int | None, workers: int, roles: list[str] | None) -> None:
    """Start database, queue, web and workers; Ctrl-C stops them all."""
    chosen = {"host": host, "port": port, "roles": roles}
    settings = local_servers.settings().model_copy(
        update={name: value for name, value in chosen.items() if value is not None}
    )
    _check_first_password(settings)
    sys.exit(ops.supervisor.up(settings, workers=workers))


@click.command(cls=HereOnly)
@click.argument("server", type=click.Choice(["database", "redis"]))
def url(server: str) -> None:
    """Print the URL of the database or of Redis that is in use."""
    settings = local_servers.running()
    if settings is None:
        raise click.ClickException("Nothing is running. Start it with: catalog up")
    click.echo(settings.libpq_url if server == "database" else settings.redis_url)


@click.command(cls=HereOnly)
def doctor() -> None:
    """Say what is wrong and what to do."""
    findings = ops.doctor.examine(local_servers.running() or local_servers.settings())
    for finding in findings:
        click.echo(f"{'ok' if finding.fine else 'WRONG':6}{finding.what}")
        if not finding.fine:
            click.echo(f"      {finding.advice}")
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


@click.command(hidden=True)
def prepare() -> None:
    """Migrate the database, create the first admin and check Dask: a step of `up`.

    While there is no user, it prints a link to create one.
    """
    try:
        settings = ops.discovery.require(local_servers.settings())
    except ops.embedded_servers.ServerError as error:
        raise click.ClickException(str(error)) from None
    from catalog.people import COMMAND_LINE, invitations, users
    from catalog.runtime import create_core

    app = create_core(settings)
    _check_hosts(app)
    with app.app_context():
        local_servers.migrate()
        if settings.admin_email and settings.password:
            with suppress(invitations.InvalidLink):  # there is a user already
                invitations.create_first_admin(COMMAND_LINE, settings.admin_email, settings.password)
        if not users.any_exist():
            token = invitations.welcome_token(app.config["SECRET_KEY"])
            address = ops.supervisor.url(settings)
            click.echo(f"First run: create the admin account at {address}/welcome/{token}")
    for finding in ops.doctor.dask(settings):
        if not finding.fine:
            click.echo(f"Warning: {finding.what}. {finding.advice}", err=True)


def _check_hosts(app: "Flask") -> None:
    """Check that this host can work beside those that run. While Redis is away it starts unchecked."""
    from catalog.runtime import hosts

    others = hosts.others(app)
    if problems := hosts.conflicts(app.config["SETTINGS"], app.config["SECRET_KEY"], others):
        raise click.ClickException(" ".join(problems))


def _check_first_password(settings: Settings) -> None:
    """Check the first admin's password before anything starts."""
    from catalog.people import emails, passwords

    if not (settings.admin_email and settings.password):
        return
    if not emails.is_address(settings.admin_email):
        raise click.ClickException("CATALOG_ADMIN_EMAIL is not an email address.")
    if problem := passwords.problem(settings.password, settings.admin_email):
        raise click.ClickException(f"CATALOG_PASSWORD: {problem}")


COMMANDS = (up, url, doctor, prepare)
