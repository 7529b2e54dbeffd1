"""`profile`: choices of imports under names."""

import json

import click

from catalog.cli import backend
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Backend, Row


@click.group()
def profile() -> None:
    """How the files of a supplier are read, under a name."""


@profile.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def profile_list(as_json: bool) -> None:
    """Show all of them."""
    with backend.opened() as catalog:
        found = catalog.profiles()
    if as_json:
        told = [{name: one[name] for name in ("id", "name", "options")} for one in found]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        click.echo(one["name"])


@profile.command("save")
@click.argument("name")
@click.argument("import_id", type=int)
def profile_save(name: str, import_id: int) -> None:
    """Save the choices of the import IMPORT_ID as NAME."""
    with backend.opened() as catalog:
        kept = catalog.save_profile(name, import_id)
    click.echo(f"Kept as {kept['name']}.")


@profile.command("rename")
@click.argument("name")
@click.argument("new_name")
def profile_rename(name: str, new_name: str) -> None:
    """Rename the profile NAME to NEW_NAME."""
    with backend.opened() as catalog:
        catalog.rename_profile(_named(catalog, name), new_name)
    click.echo(f"{name} is called {new_name} now.")


@profile.command("delete")
@click.argument("name")
def profile_delete(name: str) -> None:
    """Delete the profile NAME."""
    with backend.opened() as catalog:
        catalog.delete_profile(_named(catalog, name))
    click.echo(f"{name} is gone.")


def _named(catalog: Backend, name: str) -> Row:
    """The profile of this name, in any case. Raises Failure."""
    for one in catalog.profiles():
        if one["name"].lower() == name.strip().lower():
            return one
    raise Failure(f"There is no profile {name}.", "not_found")


COMMANDS = (profile,)
