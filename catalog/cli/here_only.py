"""Commands that need the servers of this machine: they fail if CATALOG_URL names another Catalog."""

from typing import Any

import click

from catalog.cli import local_servers


class HereOnly(click.Command):
    """A command that never works on another Catalog."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises click.UsageError if CATALOG_URL is set."""
        if local_servers.settings().url:
            raise not_with_url(ctx.command_path)
        return super().invoke(ctx)


def not_with_url(what: str) -> click.UsageError:
    """The error of a command or an option that does not work on another Catalog."""
    return click.UsageError(
        f"`{what}` does not work with CATALOG_URL. Unset it, and run this on the machine where Catalog runs."
    )
