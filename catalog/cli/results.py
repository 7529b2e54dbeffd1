"""How commands tell what became of an import: one JSON object or a sentence on stdout, its warnings on stderr."""

import json
from typing import Any

import click

from catalog.imports.report import wording


def of_source(told: dict[str, Any]) -> dict[str, Any]:
    """What a source's run tells of its import; `outcome` is that of the run there."""
    names = ("state", "warnings", "questions", "stopped")
    return {name: told[name] for name in names} | {"import_outcome": told["outcome"]}


def tell(told: dict[str, Any], as_json: bool, **more: Any) -> None:
    """Print how an import went; `more` is only for JSON."""
    for warning in told["warnings"]:
        click.echo(wording.warned(warning), err=True)
    click.echo(json.dumps(told | more) if as_json else wording.sentence(told))
