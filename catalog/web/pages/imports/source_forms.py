"""The form of a source: how it shows stored choices, and how it changes them."""

from typing import Any

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from catalog import importer
from catalog.imports import ImportSource, import_templates, source_registry
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.base import UrlField
from catalog.web.pages.forms.imports import ChoicesForm
from catalog.web.pages.imports.steps import first_look

SHOWN = [*choices.ROWS, *choices.READING]
UNSHOWN = {
    "attributes": "names of attributes",
    "joined": "combined columns",
    "constants": "fixed values",
    "transforms": "cleaned-up cells",
    "blanks": "separate rules for blank cells",
    "confirmed": "an option that applies large changes without a review",
}
"""Choices that the form does not show, and what they are called. They stay."""


class SourceForm(ChoicesForm):
    """The URL of a file, its schedule, and its choices. Choices that the form does not show stay unchanged."""

    name = StringField("Name", [Length(max=200, message="Use at most 200 characters.")])
    url = UrlField("URL")
    schedule = StringField("Schedule")
    time_zone = StringField("Time zone", default="UTC")
    template = HiddenField()
    header = choices.control("header")

    def reading_choices(self) -> list[Any]:
        """The controls of how the file is read."""
        return [self[name] for name in choices.READING]

    @property
    def is_reading_chosen(self) -> bool:
        """Whether one of these controls differs from its default, or is invalid."""
        given = choices.chosen(self, [name for name in choices.READING if not self[name].errors])
        return len(given) < len(choices.READING) or importer.Options() != importer.Options().with_reading(**given)

    def complain(self, problems: dict[str, str]) -> None:
        """Add more errors to the form, each at its field.

        An error of a choice without a control is shown above the form, if the form had no errors before.
        """
        is_good = not self.errors
        for field, words in problems.items():
            if field in self:
                self[field].errors = [*self[field].errors, words]
            elif is_good:
                self.form_errors.append(words)


def import_template_name() -> str:
    """The name of the template that the form begins with, from the request."""
    return request.values.get("template", "") or request.values.get("profile", "")


def import_template_options() -> importer.Options | None:
    """The choices of the template that the form begins with. None without a template."""
    template = import_templates.named(import_template_name()) if import_template_name() else None
    return import_templates.options(template) if template else None


def draft_of(form: SourceForm, before: importer.Options) -> source_registry.Draft:
    """The source that the form describes. Choices that the form does not show are taken from `before`."""

    def text(name: str) -> str:
        return str(form[name].data or "").replace("\0", "").strip()

    wanted = {name: text(name) for name in ("name", "url", "schedule")}
    zone = text("time_zone") or "UTC"
    given = choices.chosen(form, SHOWN)
    return source_registry.Draft(
        **wanted, time_zone=zone, options=before.with_reading(**given, columns=choices.columns(form))
    )


def data_of(row: ImportSource) -> dict[str, Any]:
    """The values of a source for the form. The name is empty if it was made from the URL."""
    name = "" if row.name == row.shown_url else row.name
    return {"name": name, "schedule": row.schedule, "time_zone": row.time_zone}


def data_of_options(options: importer.Options) -> dict[str, Any]:
    """The values of choices for the form."""
    return first_look.data_of(options) | choices.data_of(options, SHOWN)
