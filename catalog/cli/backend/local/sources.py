"""Sources and profiles of this machine's Catalog."""

from collections.abc import Iterator

from catalog import importer
from catalog.cli.backend.failure import Failure
from catalog.cli.backend.local.imports import chosen, row_of
from catalog.cli.backend.protocol import Row
from catalog.imports.intake import profiles
from catalog.imports.shapes import profiles as profile_shapes, sources as shapes
from catalog.imports.sources import registry, running
from catalog.models import ImportProfile, ImportSource
from catalog.people import users
from catalog.people.actors import COMMAND_LINE


class Sources:
    """What a Backend does with sources."""

    def sources(self) -> Iterator[tuple[Row, Row | None]]:
        """All sources, each with its last run."""
        for one in registry.overview():
            run = shapes.SourceRun().dump(one.run) if one.run else None
            yield shapes.Source().dump(one.source), run

    def add_source(self, place: dict[str, str], given: Row) -> Row:
        """Make a source of a URL."""
        draft = registry.Draft(**place, options=chosen(importer.Options(), given))
        row = registry.create(COMMAND_LINE, draft)
        made: Row = shapes.Source().dump(row)
        return made

    def run_source(self, number: int) -> Row:
        """Fetch a source here and now."""
        row = _source(number)
        if paused := registry.why_paused(row):
            raise Failure(paused, "source_paused")
        done = running.run(number, COMMAND_LINE)
        if done is None:
            raise Failure("It is being run by another process just now.", "busy")
        run: Row = shapes.SourceRun().dump(done)
        return run

    def switch_source(self, number: int, enabled: bool) -> None:
        """Pause a source, or resume it."""
        registry.switch(COMMAND_LINE, _source(number), enabled)

    def take_over_source(self, number: int, email: str) -> None:
        """Run a source in the name of this user, or of the command line."""
        row, user = _source(number), users.by_email(email) if email else None
        if email and user is None:
            raise Failure(f"There is no user {email}.", "not_found")
        registry.take_over(COMMAND_LINE, row, user.id if user else None, user.email if user else "")

    def delete_source(self, number: int) -> None:
        """Delete a source; what it imported stays."""
        registry.delete(COMMAND_LINE, _source(number))


class Profiles:
    """What a Backend does with profiles."""

    def profiles(self) -> list[Row]:
        """All profiles, by name."""
        found: list[Row] = profile_shapes.Profile(many=True).dump(profiles.listed())
        return found

    def save_profile(self, name: str, number: int) -> Row:
        """Save the choices of an import as a profile."""
        made: Row = profile_shapes.Profile().dump(profiles.save_import(COMMAND_LINE, name, row_of(number)))
        return made

    def rename_profile(self, profile: Row, name: str) -> None:
        """Give a profile another name."""
        profiles.rename(COMMAND_LINE, _profile(profile), name)

    def delete_profile(self, profile: Row) -> None:
        """Delete a profile."""
        profiles.delete(COMMAND_LINE, _profile(profile))


def _source(number: int) -> ImportSource:
    row = registry.get(number) if 0 < number < 2**31 else None
    if row is None:
        raise Failure(f"There is no source {number}.", "not_found")
    return row


def _profile(profile: Row) -> ImportProfile:
    row = profiles.get(profile["id"])
    if row is None:
        raise Failure(f"There is no profile {profile['name']}.", "not_found")
    return row
