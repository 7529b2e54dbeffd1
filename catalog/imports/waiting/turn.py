"""What decides a new import's turn, beside its user and its age: priority and supplier. How many may wait."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import text

from catalog.imports.waiting.order import PRIORITIES
from catalog.models import ImportTemplate, db
from catalog.notation import noun_of, number
from catalog.people import Actor
from catalog.runtime import Settings

WAITING = text("SELECT count(*) FROM imports WHERE state = 'queued' AND NOT held AND user_id = :user_id")


class BadPriority(ValueError):
    """A priority that does not exist; the message lists those that do."""

    field = "priority"

    def __init__(self) -> None:
        super().__init__(f"A priority is {', '.join(PRIORITIES[:-1])} or {PRIORITIES[-1]}.")


class TooManyWaiting(Exception):
    """As many imports of this user wait as are allowed; the message is for people."""


@dataclass(frozen=True)
class Turn:
    """Priority and supplier of an import, as they are stored."""

    priority: str = "normal"
    supplier: str = ""

    def __post_init__(self) -> None:
        if self.priority not in PRIORITIES:
            raise BadPriority

    @classmethod
    def of(cls, priority: str = "", template: ImportTemplate | None = None) -> "Turn":
        """The turn of a file with this priority ("": normal) and this template. Raises BadPriority."""
        return cls(priority or "normal", f"template {template.id}" if template else "")

    @classmethod
    def of_source(cls, source_id: int) -> "Turn":
        """The turn of a file of this source."""
        return cls(supplier=f"source {source_id}")


NORMAL = Turn()


def check_room(actor: Actor) -> None:
    """Check that another import of this user may wait. Commands on the server have no limit. Raises TooManyWaiting."""
    settings: Settings = current_app.config["SETTINGS"]
    most = settings.user_imports_waiting
    if not most or actor.user_id is None:
        return
    with db.engine.connect() as connection:
        waiting = connection.execute(WAITING, {"user_id": actor.user_id}).scalar_one()
    if waiting >= most:
        imports = noun_of(waiting, "import")
        raise TooManyWaiting(
            f"You already have {number(waiting)} waiting {imports}, and no more may wait. Try again later."
        )
