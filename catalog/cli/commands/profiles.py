"""`profile`: choices of imports under names."""

import json
from typing import TYPE_CHECKING, Any

import click

from catalog.cli.backend.remote import profiles as remote_profiles
from catalog.cli.servers import application
from catalog.config import Settings
from catalog.people.actors import COMMAND_LINE

if TYPE_CHECKING:
    from catalog.models import ImportProfile


@click.group()
def profile() -> None:
    """How the files of a supplier are read, under a name."""


@profile.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def profile_list(as_json: bool) -> None:
    """Show all of them."""
    from catalog.imports.intake import profiles

    if (settings := Settings()).url:
        names = ("id", "name", "options")
        found = remote_profiles.profiles(settings)
        _tell([{name: one[name] for name in names} for one in found], as_json)
        return
    with application() as app, app.app_context():
        kept = profiles.listed()
        _tell([{"id": row.id, "name": row.name, "options": row.options} for row in kept], as_json)


def _tell(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(one["name"])


@profile.command("save")
@click.argument("name")
@click.argument("import_id", type=int)
def profile_save(name: str, import_id: int) -> None:
    """Keep the choices of the import IMPORT_ID as NAME."""
    from catalog.imports import lifecycle
    from catalog.imports.intake import profiles

    if (settings := Settings()).url:
        name = remote_profiles.save_profile(settings, name, import_id)
        click.echo(f"Kept as {name}.")
        return
    with application() as app, app.app_context():
        row = lifecycle.get(import_id) if 0 < import_id < 2**31 else None
        if row is None:
            raise click.ClickException("There is no such import.")
        try:
            kept = profiles.save_import(COMMAND_LINE, name, row)
        except profiles.Unusable as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"Kept as {kept.name}.")


@profile.command("rename")
@click.argument("name")
@click.argument("new_name")
def profile_rename(name: str, new_name: str) -> None:
    """Call the profile NAME otherwise."""
    from catalog.imports.intake import profiles

    if (settings := Settings()).url:
        remote_profiles.change_profile(settings, name, new_name)
        click.echo(f"{name} is called {new_name} now.")
        return
    with application() as app, app.app_context():
        try:
            profiles.rename(COMMAND_LINE, _named(name), new_name)
        except profiles.Unusable as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{name} is called {new_name} now.")


@profile.command("delete")
@click.argument("name")
def profile_delete(name: str) -> None:
    """Forget the profile NAME."""
    from catalog.imports.intake import profiles

    if (settings := Settings()).url:
        remote_profiles.change_profile(settings, name, None)
        click.echo(f"{name} is gone.")
        return
    with application() as app, app.app_context():
        profiles.delete(COMMAND_LINE, _named(name))
        click.echo(f"{name} is gone.")


def _named(name: str) -> "ImportProfile":
    from catalog.imports.intake import profiles

    found = profiles.named(name)
    if found is None:
        raise click.ClickException(f"There is no profile {name}.")
    return found


COMMANDS = (profile,)
