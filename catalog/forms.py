"""What the pages' forms hold, and the words in which they complain."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from catalog.accounts import SHORTEST_PASSWORD
from catalog.importer import ENCODINGS
from catalog.webhooks.deliveries import SPANS
from catalog.webhooks.events import NAMES, TYPES


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Address and password."""

    email = EmailField("Email", [InputRequired("Enter your email address.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


class WelcomeForm(FlaskForm):  # type: ignore[misc]
    """The first admin."""

    email = EmailField(
        "Email",
        [
            InputRequired("Enter your email address."),
            Regexp(r"[^@\s\0]+@[^@\s\0]+$", message="This is not an email address."),
        ],
    )
    password = PasswordField(
        "Password",
        [
            InputRequired("Choose a password."),
            Length(
                min=SHORTEST_PASSWORD,
                message=f"Use at least {SHORTEST_PASSWORD} characters; a sentence is good.",
            ),
        ],
    )


class ReadingForm(FlaskForm):  # type: ignore[misc]
    """How a file is to be read; what is empty is recognised. Columns are "#3", by position, or "-" for none."""

    encoding = SelectField(
        "Encoding",
        choices=[SelectChoice("", "Recognised")]
        + [SelectChoice(name, words) for name, words in ENCODINGS.items()],
        default="",
    )
    delimiter = SelectField(
        "Separator",
        choices=[SelectChoice("", "Recognised")]
        + [SelectChoice(mark, mark) for mark in ",;\t|"],
        default="",
    )
    header = StringField("Header")
    skip = IntegerField(
        "Lines above",
        [Optional(), NumberRange(0, 1000, "Between 0 and 1,000 lines.")],
    )
    sheet = StringField("Sheet")
    map_sku = StringField("SKU")
    map_name = StringField("Name")
    map_description = StringField("Description")
    map_price = StringField("Price")
    map_active = StringField("Active")


class UploadForm(ReadingForm):
    """A file and what to do with it."""

    file = FileField("CSV file", [FileRequired("Choose a CSV file.")])
    new_products = RadioField(
        "New products are",
        choices=[
            SelectChoice("active", "Active"),
            SelectChoice("inactive", "Inactive"),
        ],
        default="active",
    )
    blank = RadioField(
        "An empty cell",
        choices=[
            SelectChoice("clear", "Empties the field"),
            SelectChoice("keep", "Keeps what is there"),
        ],
        default="clear",
    )
    extra = RadioField(
        "Other columns",
        choices=[
            SelectChoice("keep", "Are kept as attributes"),
            SelectChoice("drop", "Are left out"),
        ],
        default="keep",
    )


class ProductForm(FlaskForm):  # type: ignore[misc]
    """A product's own fields; `products` knows what may stand in them."""

    sku = StringField("SKU")
    name = StringField("Name")
    description = TextAreaField("Description")
    price = StringField("Price")
    active = BooleanField("Active")


# ---- webhooks ----


def _trimmed(value: str | None) -> str:
    """Text as it can be stored, without what stands around it."""
    return (value or "").replace("\0", "").strip()


class WebhookForm(FlaskForm):  # type: ignore[misc]
    """Where to send, and what."""

    url = StringField(
        "URL", [InputRequired("Enter the URL of the receiver.")], filters=[_trimmed]
    )
    description = StringField(
        "Description",
        [Length(max=200, message="Use at most 200 characters.")],
        filters=[_trimmed],
    )
    events = SelectMultipleField(
        "Events",
        [InputRequired("Choose at least one event.")],
        choices=[SelectChoice(name, name) for name in sorted(NAMES)],
        validate_choice=True,
    )
    concurrency = IntegerField(
        "Requests at once",
        [InputRequired("Enter a number."), NumberRange(1, 100, "Between 1 and 100.")],
        default=5,
    )
    rate = IntegerField(
        "Requests a second",
        [InputRequired("Enter a number."), NumberRange(1, 1000, "Between 1 and 1000.")],
        default=50,
    )


class WebhookTestForm(FlaskForm):  # type: ignore[misc]
    """Which event to send as a test."""

    type = SelectField("Event", choices=[SelectChoice(name, name) for name in TYPES])


class RedeliverForm(FlaskForm):  # type: ignore[misc]
    """From when on all that failed is sent again."""

    since = SelectField(
        "Everything that failed in the last",
        choices=[SelectChoice(name, name) for name in SPANS],
    )
