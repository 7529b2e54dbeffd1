"""The commands of profiles on another Catalog."""

from typing import Any

import click

from catalog.cli.backend.remote.past import server
from catalog.config import Settings


def profiles(settings: Settings) -> list[dict[str, Any]]:
    """All profiles, by name."""
    with server(settings) as far:
        found: list[dict[str, Any]] = far.ask("GET", "/profiles")["profiles"]
        return found


def save_profile(settings: Settings, name: str, import_id: int) -> str:
    """Keep the choices of an import; returns the name as it is kept."""
    with server(settings) as far:
        made = far.ask("POST", "/profiles", {"name": name, "import_id": import_id})
        return str(made["name"])


def change_profile(settings: Settings, name: str, new_name: str | None) -> None:
    """Call a profile otherwise; None: forget it."""
    same = [p for p in profiles(settings) if p["name"].lower() == name.lower()]
    if not same:
        raise click.ClickException(f"There is no profile {name}.")
    with server(settings) as far:
        place = f"/profiles/{same[0]['id']}"
        if new_name is None:
            far.ask("DELETE", place)
        else:
            far.ask("PATCH", place, {"name": new_name})
