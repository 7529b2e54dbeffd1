"""How commands print what became of an import: one JSON object or a sentence on stdout, its warnings on stderr."""

import json
from typing import Any

import click

from catalog.imports.report import wording


def of_source(summary: dict[str, Any]) -> dict[str, Any]:
    """What a run of a source says of its import; its own outcome is called `outcome` there."""
    names = ("state", "warnings", "questions", "stopped")
    return {name: summary[name] for name in names} | {"import_outcome": summary["outcome"]}


def print_result(summary: dict[str, Any], as_json: bool, **more: Any) -> None:
    """Print how an import went; `more` is only for JSON."""
    for warning in summary["warnings"]:
        click.echo(wording.warned(warning), err=True)
    click.echo(json.dumps(summary | more) if as_json else wording.sentence(summary))
