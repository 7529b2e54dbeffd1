"""Choices of a person for a file, proposed for the next file with the same columns if no template was saved."""

from dataclasses import dataclass

from sqlalchemy import select

from catalog import importer
from catalog.models import Import, db

RECENT = 50  # number of imports that are searched
USUAL = importer.Options()


@dataclass(frozen=True)
class Learned:
    """The choices of an earlier import about how its file was read."""

    import_id: int
    choices: dict[str, object]

    @property
    def words(self) -> str:
        """The choices, for people."""
        return importer.choices_in_words(USUAL.with_reading(**self.choices))


def proposed(names: list[str], options: importer.Options) -> Learned | None:
    """The choices of the last import with this header; None if it had none, or if there are choices now."""
    if not names or of_import_options(options):
        return None
    wanted = importer.fingerprint(names)
    recent = select(Import.id, Import.understood, Import.options).where(Import.state == "completed")
    for import_id, understood, stored in db.session.execute(recent.order_by(Import.id.desc()).limit(RECENT)):
        if importer.fingerprint((understood or {}).get("names") or []) == wanted:
            choices = of_import_options(importer.Options.from_json(stored))
            return Learned(import_id, choices) if choices else None
    return None


def of_import(import_id: int) -> Learned | None:
    """The choices of an import; None if it does not exist."""
    row = db.session.get(Import, import_id)
    return Learned(row.id, of_import_options(importer.Options.from_json(row.options))) if row else None


def of_import_options(options: importer.Options) -> dict[str, object]:
    """The choices about reading and columns that differ from the defaults."""
    about = [name for name, choice in importer.CHOICES.items() if choice.about in ("reading", "columns")]
    return {
        name: getattr(options, name) for name in (*about, "blanks") if getattr(options, name) != getattr(USUAL, name)
    }
