"""What the forms of the pages share: their base class, a field for URLs, trimmed text."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import StringField

from catalog.runtime import addresses


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The base of all forms; the one place where Flask-WTF, which has no types, comes in."""


class UrlField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A URL; one that may hold a password is not shown again after an error."""

    data: str
    errors: Sequence[str]

    def hide(self) -> None:
        """Ask for it again instead of showing it, if it may hold a user or a password."""
        if self.data and not addresses.may_be_repeated(self.data):
            self.data = ""
            message = "Enter the URL again. It is not shown, because it may contain a password."
            self.errors = [*self.errors, message]


def trimmed(value: str | None) -> str:
    """Text as it can be stored, without what stands around it."""
    return (value or "").replace("\0", "").strip()
