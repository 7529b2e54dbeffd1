"""The base of all forms: a class, a field for URLs, and trimmed text."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import StringField

from catalog.runtime import addresses


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The base class of all forms. Only this module imports Flask-WTF, which has no types."""


class UrlField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A URL. It is not shown again after an error if it may contain a password."""

    data: str
    errors: Sequence[str]

    def hide(self) -> None:
        """If the URL may contain a user or a password, clear it and ask for it again."""
        if self.data and not addresses.may_be_repeated(self.data):
            self.data = ""
            message = "Enter the URL again. It is not shown, because it may contain a password."
            self.errors = [*self.errors, message]


def trimmed(value: str | None) -> str:
    """The text without NUL characters and surrounding white space."""
    return (value or "").replace("\0", "").strip()
