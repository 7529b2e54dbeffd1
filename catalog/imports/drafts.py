"""The choices of a person for the next run of an import, stored with it, whatever its state, until they press Import.

So a reload, another step and a colleague's link show the same choices; the import itself is as it was.
"""

from dataclasses import dataclass, replace
from typing import Any

from catalog import importer
from catalog.imports import control, reviews
from catalog.imports.intake import receive
from catalog.imports.states import decisions
from catalog.models import Import
from catalog.people import Actor


class NotNow(Exception):
    """The import no longer takes choices; the message says why, for people."""


@dataclass(frozen=True)
class Draft:
    """Choices for the next run, the template they started with, and the choices before that template."""

    options: importer.Options
    template_id: int | None = None
    before: importer.Options | None = None
    step: str = ""  # the last one that a person saw

    def with_options(self, options: importer.Options) -> "Draft":
        """Other choices."""
        return replace(self, options=options)

    def at(self, step: str) -> "Draft":
        """The same draft, at this step."""
        return replace(self, step=step)

    def with_template(self, options: importer.Options, template_id: int) -> "Draft":
        """The choices of a template in place of all others."""
        return Draft(options, template_id, self.before or self.options)

    def without_template(self) -> "Draft":
        """The choices before the template was used."""
        return Draft(self.before or self.options)

    def to_json(self) -> dict[str, Any]:
        """The JSON that is stored with the import."""
        before = self.before.to_json() if self.before else None
        chosen = {"options": self.options.to_json(), "template_id": self.template_id, "before": before}
        return chosen | {"step": self.step}

    @classmethod
    def of(cls, row: Import) -> "Draft":
        """The draft of an import; if it has none, its own choices. Raises importer.Rejected."""
        stored = row.draft or {"options": row.options}
        before = importer.Options.from_json(stored["before"]) if stored.get("before") else None
        options = importer.Options.from_json(stored["options"])
        return cls(options, stored.get("template_id"), before, stored.get("step", ""))


def keep(row: Import, draft: Draft) -> bool:
    """Store these choices; False if a worker has the import, or its file was deleted."""
    unchanged = draft == Draft.of(row)
    return unchanged or decisions.draft(row.id, draft.to_json())


def run(actor: Actor, row: Import, options: importer.Options) -> Import:
    """Import the stored file with these choices: the same import, or a new one where this one changed the catalog.

    Raises NotNow, uploads.Gone, turn.TooManyWaiting.
    """
    if row.state in ("completed", "undone"):
        made = receive.repeat(actor, row, options)
        decisions.draft(row.id, None)
        return made
    if row.state == "review":
        _plan_again(actor, row, options)
    elif not control.start(actor, row.id, options) and not control.retry(actor, row.id, options):
        raise NotNow(control.not_retried(row))
    return row


def _plan_again(actor: Actor, row: Import, options: importer.Options) -> None:
    try:
        reviews.plan_again(actor, row, options)
    except reviews.NotWaiting as error:
        raise NotNow(str(error)) from None
