"""The `catalog` command. Each command calls the services that the pages call.

What a command needs is imported when it runs: the supervisor of `catalog up` lives long and should carry little.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.config import Settings

if TYPE_CHECKING:
    from flask import Flask


ROLES = ("admin", "editor", "viewer")


class Pair(click.ParamType[tuple[str, str]]):
    """FIELD=COLUMN."""

    name = "pair"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Field and column. Fails for what is no field."""
        from catalog.importer import FIELDS

        field, equals, column = value.partition("=")
        if not equals or field not in FIELDS:
            self.fail(
                f"{value!r} is not FIELD=COLUMN with a field of {', '.join(FIELDS)}."
            )
        return field, column


class Delimiter(click.ParamType[str]):
    """One character that may separate cells."""

    name = "delimiter"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The character; \\t is a tab."""
        mark = str(value).replace("\\t", "\t")
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n\0':
            self.fail(f"{value!r} is not one character that can separate cells.")
        return mark


class Encoding(click.ParamType[str]):
    """An encoding by any of its names."""

    name = "encoding"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Our name for it."""
        from catalog.importer import ENCODINGS, known_encoding

        known = known_encoding(str(value))
        if known is None:
            self.fail(f"{value!r} is none of {', '.join(ENCODINGS)}.")
        return known


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="catalog", message="%(version)s")
def main() -> None:
    """Catalog: a shop's products, and the importer that feeds them."""


@main.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.  [default: 8000]",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Imports that run at once.",
)
def up(host: str | None, port: int | None, workers: int) -> None:
    """Start database, queue, web and workers; Ctrl-C stops them all."""
    from catalog import supervisor

    chosen = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={name: value for name, value in chosen.items() if value is not None}
    )
    _check_first_password(settings)
    sys.exit(
        supervisor.up(
            settings,
            workers=workers,
            prepare=_in_a_process_of_its_own("prepare"),
            ready=_in_a_process_of_its_own("greet"),
        )
    )


@main.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--mode",
    type=click.Choice(["upsert", "create", "update", "delete"]),
    default="upsert",
    show_default=True,
    help="What rows may do: all, only make new products, only change known ones, or remove the listed.",
)
@click.option(
    "--map",
    "columns",
    multiple=True,
    type=Pair(),
    metavar="FIELD=COLUMN",
    help="Take this column, by name or number, as that field; may be repeated.",
)
@click.option(
    "--encoding",
    type=Encoding(),
    metavar="E",
    help="How the text is encoded: utf-8, cp1252, shift_jis ...  [default: recognised]",
)
@click.option(
    "--delimiter",
    type=Delimiter(),
    help="What separates the cells.  [default: recognised]",
)
@click.option(
    "--no-header",
    is_flag=True,
    help="No line names the columns: they are column 1, column 2 ...",
)
@click.option(
    "--skip",
    type=click.IntRange(0),
    metavar="LINES",
    help="Lines above the header or the first row.  [default: recognised]",
)
@click.option(
    "--sheet",
    default="",
    help="Sheet of a workbook, by name or number, or file of a ZIP archive.  [default: the first, or the only one]",
)
@click.option(
    "--inactive",
    is_flag=True,
    help="New products are inactive unless the file says otherwise.",
)
@click.option(
    "--blank",
    type=click.Choice(["keep", "clear"]),
    default="clear",
    show_default=True,
    help="What an empty cell does to a product that exists.",
)
@click.option(
    "--extra",
    type=click.Choice(["keep", "drop"]),
    default="keep",
    show_default=True,
    help="Columns without a field: attributes, or left out.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a file on stdout."
)
def import_(
    files: tuple[Path, ...],
    mode: Any,
    columns: tuple[tuple[str, str], ...],
    encoding: str | None,
    delimiter: str | None,
    no_header: bool,
    skip: int | None,
    sheet: str,
    inactive: bool,
    blank: Any,
    extra: Any,
    as_json: bool,
) -> None:
    """Import CSV FILES, one after the other."""
    from catalog import console, uploads
    from catalog.importer import Options

    options = Options(
        mode=mode,
        active=not inactive,
        blank=blank,
        extra=extra,
        delimiter=delimiter or "",
        columns=dict(columns),
        encoding=encoding or "",
        header=not no_header,
        skip=skip,
        sheet=sheet,
    )
    settings = Settings()
    if settings.url:
        sys.exit(_import_elsewhere(settings, files, options, as_json))
    ended = set()
    with _application() as app, app.app_context():
        for file in files:
            try:
                row = console.import_file(app, file, options)
            except uploads.TooLarge:
                raise click.ClickException(
                    f"{file} is larger than CATALOG_MAX_UPLOAD_BYTES allows."
                ) from None
            except RuntimeError as stopped:
                raise click.ClickException(str(stopped)) from None
            ended.add(row.state)
            click.echo(
                json.dumps(console.summary(row)) if as_json else console.sentence(row)
            )
    sys.exit(0 if ended == {"completed"} else 1)


def _import_elsewhere(
    settings: Settings, files: tuple[Path, ...], options: Any, as_json: bool
) -> int:
    """Import files by the API of another Catalog; returns the exit code."""
    from catalog import console, remote

    server = remote.Server(settings)
    ended = set()
    for file in files:
        try:
            row = server.import_file(file, options)
        except remote.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        ended.add(row["state"])
        told = remote.summary(row)
        click.echo(json.dumps(told) if as_json else console.sentence_of(told))
    return 0 if ended == {"completed"} else 1


@main.command()
@click.option("--query", default="", metavar="Q", help="Only what search finds for it.")
@click.option(
    "--active",
    type=click.Choice(["true", "false"]),
    help="Only active, or only inactive products.",
)
@click.argument("file", type=click.File("wb"))
def export(query: str, active: str | None, file: Any) -> None:
    """Write products as CSV to FILE (- is stdout; compressed when it ends in .gz)."""
    from catalog import exports
    from catalog.listing import Filter

    asked = Filter.of({"q": query, "active": active})
    settings = Settings()
    if settings.url:
        _export_elsewhere(settings, asked.arguments(), file)
        return
    with _application() as app, app.app_context():
        pieces = exports.as_csv(asked)
        for piece in (
            exports.compressed(pieces) if file.name.endswith(".gz") else pieces
        ):
            file.write(piece)


def _export_elsewhere(settings: Settings, asked: dict[str, str], file: Any) -> None:
    from catalog import exports, remote

    try:
        pieces = remote.Server(settings).export(asked)
        packed = exports.compressed(pieces) if file.name.endswith(".gz") else pieces
        for piece in packed:
            file.write(piece)
    except remote.Refused as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command()
@click.argument("n", type=click.IntRange(0))
@click.argument("file", type=click.File("wb"))
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed gives the same file.",
)
def sample(n: int, file: Any, seed: int) -> None:
    """Write a realistic CSV of N products to FILE (- is stdout)."""
    from catalog import sample

    sample.write(file, n, seed)


@main.command()
@click.argument("server", type=click.Choice(["database", "redis"]))
def url(server: str) -> None:
    """Print the URL in use of the database or of Redis."""
    settings = _running()
    if settings is None:
        raise click.ClickException("Nothing is running. Start it with: catalog up")
    click.echo(settings.libpq_url if server == "database" else settings.redis_url)


@main.command()
def doctor() -> None:
    """Say what is wrong and what to do."""
    from catalog import doctor

    findings = doctor.examine(_running() or Settings())
    for finding in findings:
        click.echo(f"{'ok' if finding.fine else 'WRONG':6}{finding.what}")
        if not finding.fine:
            click.echo(f"      {finding.advice}")
    sys.exit(0 if all(finding.fine for finding in findings) else 1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to FILE: database, uploads, secret. It may run meanwhile."""
    from catalog import backup

    with _application() as app:
        try:
            size = backup.write(file, app.config["SETTINGS"])
        except backup.Refused as refusal:
            raise click.ClickException(str(refusal)) from None
    click.echo(f"{file} holds everything: {size:,} bytes. Keep it as you keep a password.")  # fmt: skip


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the catalog that is there.")
def restore(file: Path, force: bool) -> None:
    """Put back what `backup` wrote to FILE, into an empty catalog."""
    from catalog import backup, servers

    if _running() is not None and not Settings().database_url:
        raise click.ClickException("Catalog runs here. Stop it first.")
    try:
        with servers.embedded(Settings()) as settings:
            backup.restore(file, settings, force=force)
        with _application():  # an older backup's tables are brought up to date
            click.echo("Everything is back. Start it with: catalog up")
    except (backup.Refused, servers.ServerError) as refusal:
        raise click.ClickException(str(refusal)) from None


@main.group()
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
    with _application() as app, app.app_context():
        if accounts.by_email(email):
            raise click.ClickException(f"{email} can sign in already.")
        created = accounts.create(email, password, role or "")
        subject = f"{created.email}, {created.role}"
        audit.record("user created", email="command line", subject=subject)
        click.echo(f"{created.email} can sign in now, as {created.role}.")


@main.group()
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

    with _application() as app, app.app_context():
        user = accounts.by_email(email)
        if user is None:
            raise click.ClickException(f"There is no user {email}.")
        click.echo(tokens.create(user, name, scope, days)[1])


@main.command(hidden=True)
def prepare() -> None:
    """Bring the database up to date and make the first admin of the settings: a step of `up`."""
    from catalog import accounts
    from catalog.app import create_app

    app = create_app()
    settings = app.config["SETTINGS"]
    with app.app_context():
        _migrate()
        if settings.admin_email and settings.password:
            with suppress(accounts.NotWelcome):  # somebody is there already
                accounts.create_first_admin(settings.admin_email, settings.password)


@main.command(hidden=True)
def greet() -> None:
    """Print the first admin's link while there is nobody: a step of `up`."""
    from catalog import accounts, supervisor
    from catalog.app import create_app

    app = create_app()
    with app.app_context():
        if not accounts.anybody():
            token = accounts.welcome_token(app.config["SECRET_KEY"])
            address = supervisor.url(app.config["SETTINGS"])
            click.echo(f"First run: make yourself admin at {address}/welcome/{token}")


def _check_first_password(settings: Settings) -> None:
    """Said before anything starts: the first admin's password must be as good as anybody's."""
    from catalog import passwords

    if not (settings.admin_email and settings.password):
        return
    if problem := passwords.problem(settings.password, settings.admin_email):
        raise click.ClickException(f"CATALOG_PASSWORD: {problem}")


def _in_a_process_of_its_own(command: str) -> Callable[[Settings], None]:
    """A step of `up` that needs the whole application: run beside the supervisor, which stays small."""
    from catalog import supervisor

    def step(settings: Settings) -> None:
        env = supervisor.environment(settings)
        subprocess.run(
            [sys.executable, "-m", "catalog.cli", command], env=env, check=True
        )

    return step


def _running() -> Settings | None:
    """The settings with the URLs of what runs, None if nothing does."""
    from catalog import servers

    settings = servers.discover(Settings())
    return settings if settings.database_url and settings.redis_url else None


@contextmanager
def _application() -> "Iterator[Flask]":
    """The application on the servers that run, or on its own ones, its tables up to date."""
    from catalog import logs, servers
    from catalog.app import create_app

    try:
        with servers.embedded(_running() or Settings()) as settings:
            app = create_app(settings)
            logs.configure(logging.WARNING)  # the bar is what one wants to see
            with app.app_context():
                _migrate()
            yield app
    except servers.ServerError as error:
        raise click.ClickException(str(error)) from None


def _migrate() -> None:
    import flask_migrate
    from sqlalchemy import text

    from catalog.models import db

    version = db.session.execute(
        text("SELECT current_setting('server_version_num')::integer")
    ).scalar_one()
    db.session.rollback()
    if version < 170000:
        raise click.ClickException(
            f"Catalog needs PostgreSQL 17 or newer; this is {version // 10000}."
        )
    flask_migrate.upgrade()


if __name__ == "__main__":
    main()
