"""Sources and templates of this machine's Catalog."""

from collections.abc import Iterator

from catalog import imports
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.local.here import Here
from catalog.cli.backend.protocol import Row
from catalog.imports import (
    Import,
    ImportSource,
    ImportTemplate,
    find,
    import_templates,
    source_json,
    source_registry,
    template_json,
)
from catalog.people import users


class Sources(Here):
    """The part of the Backend for sources."""

    def sources(self) -> Iterator[tuple[Row, Row | None]]:
        """All sources, each with its last run."""
        for one in source_registry.overview():
            run = source_json.SourceRun().dump(one.run) if one.run else None
            yield source_json.Source().dump(one.source), run

    def add_source(self, place: dict[str, str], given: Row) -> Row:
        """Create a source for a URL."""
        draft = source_registry.Draft(**place, options=import_templates.chosen(given))
        row = source_registry.create(self.actor, draft)
        made: Row = source_json.Source().dump(row)
        return made

    def run_source(self, number: int) -> Row:
        """Fetch a source here and now."""
        row = find(ImportSource, number)
        if paused := source_registry.why_paused(row):
            raise Failure(paused, "source_paused")
        done = imports.source_running.run(number, self.actor)
        if done is None:
            raise Failure("Another process is running this source now. Try again when it has finished.", "busy")
        run: Row = source_json.SourceRun().dump(done)
        return run

    def switch_source(self, number: int, enabled: bool) -> None:
        """Pause a source, or resume it."""
        source_registry.switch(self.actor, find(ImportSource, number), enabled)

    def take_over_source(self, number: int, email: str) -> None:
        """Make this user the owner of a source, or without an address the command line."""
        row, user = find(ImportSource, number), users.called(email) if email else None
        source_registry.take_over(self.actor, row, user.id if user else None, user.email if user else "")

    def delete_source(self, number: int) -> None:
        """Delete a source; what it imported stays."""
        source_registry.delete(self.actor, find(ImportSource, number))


class ImportTemplates(Here):
    """The part of the Backend for templates."""

    def import_templates(self) -> list[Row]:
        """All templates, by name."""
        found: list[Row] = template_json.ImportTemplate(many=True).dump(import_templates.listed())
        return found

    def save_template(self, name: str, number: int) -> Row:
        """Save the choices of an import as a template."""
        made: Row = template_json.ImportTemplate().dump(
            import_templates.save_import(self.actor, name, find(Import, number))
        )
        return made

    def rename_template(self, template: Row, name: str) -> None:
        """Give a template another name."""
        import_templates.rename(self.actor, find(ImportTemplate, template["id"]), name)

    def delete_template(self, template: Row) -> None:
        """Delete a template."""
        import_templates.delete(self.actor, find(ImportTemplate, template["id"]))
