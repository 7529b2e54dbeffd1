"""`template`: choices of imports under names."""

import json

import click

from catalog.cli import backend
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.protocol import Backend, Row


@click.group()
def template() -> None:
    """Saved choices of imports, by name."""


@template.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def template_list(as_json: bool) -> None:
    """List all templates and their choices."""
    with backend.opened() as catalog:
        found = catalog.import_templates()
    if as_json:
        rows = [{"id": one["id"], "name": one["name"], "options": _choices(one["options"])} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one['name']}\t{one.get('contents', '')}".rstrip())


def _choices(options: Row) -> Row:
    """The options without what the template remembers of its file, which says nothing to people."""
    return {name: value for name, value in options.items() if name != "remembered"}


@template.command("save")
@click.argument("name")
@click.argument("import_id", type=int)
def template_save(name: str, import_id: int) -> None:
    """Save the choices of import IMPORT_ID as NAME."""
    with backend.opened() as catalog:
        saved = catalog.save_template(name, import_id)
    click.echo(f"Saved as {saved['name']}.")


@template.command("rename")
@click.argument("name")
@click.argument("new_name")
def template_rename(name: str, new_name: str) -> None:
    """Rename the template NAME to NEW_NAME."""
    with backend.opened() as catalog:
        catalog.rename_template(named(catalog, name), new_name)
    click.echo(f"{name} is now called {new_name}.")


@template.command("delete")
@click.argument("name")
def template_delete(name: str) -> None:
    """Delete the template NAME."""
    with backend.opened() as catalog:
        catalog.delete_template(named(catalog, name))
    click.echo(f"{name} is deleted.")


def named(catalog: Backend, name: str) -> Row:
    """The template of this name. Case makes no difference. Raises Failure."""
    for one in catalog.import_templates():
        if one["name"].lower() == name.strip().lower():
            return one
    raise Failure(f"There is no template {name}.", "not_found")


profile = click.Group(
    "profile", commands=template.commands, help="The old name of `template`, for one release.", hidden=True
)
COMMANDS = (template, profile)
