"""`backup` and `restore`: everything in one file, and back; `keys`: a new SECRET_KEY."""

from pathlib import Path

import click

from catalog import ops
from catalog.cli import backend, local_servers
from catalog.cli.here_only import HereOnly
from catalog.notation import noun_of, plural


@click.command(cls=HereOnly)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything to FILE: database, uploads, secret. Catalog may be running."""
    with local_servers.application() as app:
        try:
            size = ops.backup.write(file, app.config["SETTINGS"])
        except ops.backup.BackupError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{file} contains everything: {size:,} bytes. Store it as safely as a password.")


@click.command(cls=HereOnly)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the existing catalog.")
def restore(file: Path, force: bool) -> None:
    """Restore what `backup` wrote to FILE, into an empty catalog."""
    if local_servers.running() is not None and not local_servers.settings().database_url:
        raise click.ClickException("Catalog is running. Stop it first.")
    try:
        with ops.embedded_servers.embedded(local_servers.settings()) as settings:
            ops.backup.restore(file, settings, force=force)
        with local_servers.application():  # migrates the tables of an older backup
            click.echo("The backup is restored. Start Catalog with: catalog up")
    except (ops.backup.BackupError, ops.embedded_servers.ServerError) as error:
        raise click.ClickException(str(error)) from None


@click.group()
def keys() -> None:
    """Keys that encrypt secrets."""


@keys.command("rotate", cls=HereOnly)
def keys_rotate() -> None:
    """Re-encrypt all secrets with SECRET_KEY, so that they no longer need SECRET_KEY_FALLBACKS."""
    with backend.here() as catalog:
        done = catalog.rotate_keys()
    secrets = f"{plural(done.count, 'secret')} {noun_of(done.count, 'is', 'are')}"
    click.echo(f"{secrets} encrypted with SECRET_KEY now.")
    if done.unreadable:
        lost = "; ".join(done.unreadable)
        raise click.ClickException(
            f"No key in SECRET_KEY or SECRET_KEY_FALLBACKS decrypts these: {lost}. They were not changed."
        )


COMMANDS = (backup, restore, keys)
