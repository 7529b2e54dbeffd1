"""`index`: build the search index again."""

import click

from catalog.cli import local_servers
from catalog.cli.here_only import HereOnly
from catalog.notation import plural


@click.group()
def index() -> None:
    """The search index."""


@index.command("rebuild", cls=HereOnly)
def rebuild() -> None:
    """Build the whole search index again in the background. Searches use the old one until the new one is complete."""
    from catalog import products

    with local_servers.application() as app, app.app_context():
        count = products.search_indexing.rebuild()
    if count:
        click.echo(
            f"The search index is built again ({plural(count, 'segment')}). "
            "If Catalog is not running, start it: catalog up"
        )
    else:
        click.echo("There is no index yet. Catalog builds it by itself when there are products.")


COMMANDS = (index,)
