"""The `catalog` command. Each command calls the services that the pages call.

What a command needs is imported when it runs: the supervisor of `catalog up` lives long and should carry little.
"""

import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog.config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from catalog.models import Import

WATCH_SECONDS = 0.2


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
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Take this column as that field; may be repeated.",
)
@click.option(
    "--delimiter", default="", help="What separates the cells.  [default: recognised]"
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
    columns: tuple[str, ...],
    delimiter: str,
    inactive: bool,
    blank: Any,
    extra: Any,
    as_json: bool,
) -> None:
    """Import CSV FILES, one after the other."""
    from catalog.importer import Options

    if len(delimiter.replace("\\t", "\t")) > 1:
        raise click.UsageError("--delimiter takes one character.")
    options = Options(
        active=not inactive,
        blank=blank,
        extra=extra,
        delimiter=delimiter.replace("\\t", "\t"),
        columns=dict(map(_pair, columns)),
    )
    with _application() as (app, has_workers), app.app_context():
        ended = [
            _import_one(app, file, options, has_workers, as_json) for file in files
        ]
    sys.exit(0 if all(state == "completed" for state in ended) else 1)


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


@main.group()
def user() -> None:
    """People who may sign in."""


@user.command("create")
@click.argument("email")
def user_create(email: str) -> None:
    """Let EMAIL sign in; the password comes from the prompt or CATALOG_PASSWORD."""
    from catalog import accounts

    password = Settings().password or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    if len(password) < accounts.SHORTEST_PASSWORD:
        raise click.ClickException(
            f"Use at least {accounts.SHORTEST_PASSWORD} characters."
        )
    with _application() as (app, _), app.app_context():
        if accounts.by_email(email):
            raise click.ClickException(f"{email} can sign in already.")
        accounts.create(email, password)
    click.echo(f"{email} can sign in now.")


@main.command(hidden=True)
def prepare() -> None:
    """Bring the database up to date and make the first admin of the settings: a step of `up`."""
    from catalog import accounts
    from catalog.app import create_app

    app = create_app()
    settings = app.config["SETTINGS"]
    with app.app_context():
        _migrate()
        if (
            settings.admin_email
            and settings.password
            and not accounts.by_email(settings.admin_email)
        ):
            accounts.create(settings.admin_email, settings.password)


@main.command(hidden=True)
def greet() -> None:
    """Print the first admin's link while there is nobody: a step of `up`."""
    from catalog import accounts
    from catalog.app import create_app

    app = create_app()
    settings = app.config["SETTINGS"]
    with app.app_context():
        if not accounts.anybody():
            token = accounts.welcome_token(app.config["SECRET_KEY"])
            click.echo(
                f"First run: make yourself admin at http://{settings.host}:{settings.port}/welcome/{token}"
            )


def _in_a_process_of_its_own(command: str) -> Any:
    """A step of `up` that needs the whole application: run beside the supervisor, which stays small."""
    import os
    import subprocess

    def step(settings: Settings) -> None:
        environment = os.environ | {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "CATALOG_HOME": str(settings.home),
            "HOST": settings.host,
            "PORT": str(settings.port),
        }
        subprocess.run(
            [sys.executable, "-m", "catalog.cli", command], env=environment, check=True
        )

    return step


def _running() -> Settings | None:
    """The settings with the URLs of what runs, None if nothing does."""
    from catalog import servers

    settings = servers.discover(Settings())
    return settings if settings.database_url and settings.redis_url else None


@contextmanager
def _application() -> "Iterator[tuple[Flask, bool]]":
    """The application on the servers that run, or on its own ones; and whether workers wait at the queue."""
    from catalog import logs, servers
    from catalog.app import create_app

    running = _running()
    if running:
        yield create_app(running), True
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or its servers would stay
    try:
        with servers.embedded(Settings()) as settings:
            app = create_app(settings)
            logs.configure(logging.WARNING)  # the bar is what one wants to see
            with app.app_context():
                _migrate()
            yield app, False
    except servers.ServerError as error:
        raise click.ClickException(str(error)) from None


def _migrate() -> None:
    import flask_migrate

    flask_migrate.upgrade()


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals:
        raise click.UsageError(f"--map takes FIELD=COLUMN, not {text!r}.")
    return field.strip().lower(), column


def _import_one(
    app: "Flask", file: Path, options: Any, has_workers: bool, as_json: bool
) -> str:
    """Import one file and say how it went; returns the state it ended in."""
    from catalog import imports, runs, uploads

    try:
        with file.open("rb") as stream:
            upload = uploads.begin()
            upload.append(0, stream)
    except uploads.TooLarge:
        raise click.ClickException(
            f"{file} is larger than CATALOG_MAX_UPLOAD_BYTES allows."
        ) from None
    row = imports.create(
        upload.finish(), file.name, options, source="cli", user_id=None
    )
    if not has_workers:
        _in_the_background(app, lambda: runs.run(row.id))
    try:
        ended = _watch(row.id, file.name)
    except KeyboardInterrupt:
        imports.cancel(row.id)
        ended = _watch(row.id, file.name)
    click.echo(json.dumps(_summary(ended)) if as_json else _sentence(ended))
    return ended.state


def _in_the_background(app: "Flask", work: Any) -> None:
    def run() -> None:
        with app.app_context():
            work()

    threading.Thread(target=run, name="import").start()


def _watch(import_id: int, name: str) -> "Import":
    """Move a bar on stderr until the import has ended."""
    from tqdm import tqdm

    from catalog import imports
    from catalog.models import ACTIVE_STATES, db

    with tqdm(
        total=100,
        desc=name,
        unit="%",
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {postfix}",
        file=sys.stderr,
    ) as bar:
        while True:
            row = imports.get(import_id)
            db.session.rollback()
            assert row is not None
            bar.set_postfix_str(f"{row.phase}, {row.rows:,} rows", refresh=False)
            bar.update(row.percent - bar.n)
            if row.state not in ACTIVE_STATES:
                return row
            time.sleep(WATCH_SECONDS)


def _summary(row: "Import") -> dict[str, object]:
    from catalog.models import COUNTS

    seconds = (
        (row.finished_at - row.queued_at).total_seconds() if row.finished_at else None
    )
    counts = {name: getattr(row, name) for name in ("rows", *COUNTS)}
    return {
        "id": row.id,
        "state": row.state,
        **counts,
        "seconds": seconds,
        "error": row.error,
    }


def _sentence(row: "Import") -> str:
    if row.state != "completed":
        return f"Import {row.id} {row.state}. {row.error or 'Nothing was changed.'}"
    summary = _summary(row)
    parts = ", ".join(
        f"{summary[name]:,} {name}" for name in list(summary)[3:11] if summary[name]
    )
    return f"Import {row.id} completed in {summary['seconds']:.1f} s: {row.rows:,} rows = {parts or 'nothing'}."


if __name__ == "__main__":
    main()
