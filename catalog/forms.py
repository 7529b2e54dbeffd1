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
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from catalog import passwords
from catalog.importer import ENCODINGS, NUMBERS
from catalog.models import ROLES
from catalog.tokens import DAYS, LONGEST_NAME
from catalog.webhooks.deliveries import SPANS
from catalog.webhooks.events import NAMES, TYPES

ADDRESS = r"[^@\s\0]+@[^@\s\0]+$"


def _good_password(field: PasswordField, email: str) -> None:
    if problem := passwords.problem(field.data or "", email):
        raise ValidationError(problem)


class Form(FlaskForm):  # type: ignore[misc]
    """A form of ours; the one place where Flask-WTF, which has no types, comes in."""


class LoginForm(Form):
    """Address and password."""

    email = EmailField("Email", [InputRequired("Enter your email address.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


class WelcomeForm(Form):
    """The first admin."""

    email = EmailField(
        "Email",
        [
            InputRequired("Enter your email address."),
            Regexp(ADDRESS, message="This is not an email address."),
            Length(max=254, message="This is too long for an email address."),
        ],
    )
    password = PasswordField(
        "Password",
        [
            InputRequired("Choose a password."),
        ],
    )

    def validate_password(self, field: PasswordField) -> None:
        """Long, not common, not the address."""
        _good_password(field, self.email.data or "")


class InvitationForm(Form):
    """A password for somebody whose address is known: set `email` before validating."""

    email = ""
    password = PasswordField("Password", [InputRequired("Choose a password.")])

    def validate_password(self, field: PasswordField) -> None:
        """Long, not common, not the address."""
        _good_password(field, self.email)


class CodeForm(Form):
    """The second factor."""

    code = StringField(
        "Code", [InputRequired("Enter the code of your app, or a recovery code.")]
    )


class CurrentPasswordForm(Form):
    """Whoever does this must know the password, and not only find an open browser."""

    current = PasswordField(
        "Current password", [InputRequired("Enter your current password.")]
    )


class PasswordForm(CurrentPasswordForm):
    """Another password: set `email` before validating."""

    email = ""
    password = PasswordField("New password", [InputRequired("Choose a password.")])

    def validate_password(self, field: PasswordField) -> None:
        """Long, not common, not the address."""
        _good_password(field, self.email)


class ConfirmFactorForm(CurrentPasswordForm):
    """Proof that the app has the secret."""

    code = StringField("Code", [InputRequired("Enter the code that your app shows.")])


class InviteForm(Form):
    """Who is invited, and as what."""

    email = EmailField(
        "Email",
        [
            InputRequired("Enter an email address."),
            Regexp(ADDRESS, message="This is not an email address."),
            Length(max=254, message="This is too long for an email address."),
        ],
    )
    role = SelectField(
        "Role",
        choices=[SelectChoice(role, role.capitalize()) for role in ROLES],
        default="viewer",
    )


class ReadingForm(Form):
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
    numbers = SelectField(
        "Prices are written",
        choices=[SelectChoice("", "Recognised")]
        + [SelectChoice(way, example) for way, example in NUMBERS.items()],
        default="",
    )
    map_sku = StringField("SKU")
    map_name = StringField("Name")
    map_description = StringField("Description")
    map_price = StringField("Price")
    map_active = StringField("Active")


class UploadForm(ReadingForm):
    """A file and what to do with it."""

    file = FileField("CSV file", [FileRequired("Choose a CSV file.")])
    mode = RadioField(
        "Rows of the file",
        choices=[
            SelectChoice("upsert", "Create and update products"),
            SelectChoice("create", "Only create new ones"),
            SelectChoice("update", "Only update known ones"),
            SelectChoice("delete", "Delete the listed ones"),
        ],
        default="upsert",
    )
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


class ProductForm(Form):
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


class WebhookForm(Form):
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


class WebhookTestForm(Form):
    """Which event to send as a test."""

    type = SelectField("Event", choices=[SelectChoice(name, name) for name in TYPES])


class RedeliverForm(Form):
    """From when on all that failed is sent again."""

    since = SelectField(
        "Everything that failed in the last",
        choices=[SelectChoice(name, name) for name in SPANS],
    )


# ---- API ----


class TokenForm(Form):
    """A new token of the API."""

    name = StringField(
        "Name",
        [
            DataRequired("Say what it is for."),
            Length(max=LONGEST_NAME, message="Use at most 100 characters."),
        ],
        filters=[_trimmed],
    )
    scope = RadioField(
        "It may",
        choices=[
            SelectChoice("read", "Read: products, imports, changes"),
            SelectChoice("write", "Write: also change products and import files"),
            SelectChoice("admin", "Admin: also webhooks, and delete all products"),
        ],
        default="read",
    )
    days = SelectField(
        "It ends after",
        choices=[
            *(SelectChoice(str(days), f"{days} days") for days in DAYS),
            SelectChoice("0", "Never: until it is revoked"),
        ],
        default="90",
    )
