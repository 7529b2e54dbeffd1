"""What the pages' forms hold, and the words in which they complain."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from catalog.importer import ENCODINGS, NUMBERS, is_known_policy
from catalog.models import ROLES
from catalog.people import emails, passwords
from catalog.people.tokens import DAYS, LONGEST_NAME
from catalog.runtime import addresses

NO_ADDRESS = "This is not an email address."


def _good_password(field: PasswordField, email: str) -> None:
    if problem := passwords.problem(field.data or "", email):
        raise ValidationError(problem)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours; the one place where Flask-WTF, which has no types, comes in."""


class UrlField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A URL; one that may hold a password is not shown again after an error."""

    data: str
    errors: Sequence[str]

    def hide(self) -> None:
        """Ask for it again instead of showing it, if it may hold a user or a password."""
        if self.data and not addresses.may_be_repeated(self.data):
            self.data = ""
            again = "Enter the URL again: what may hold a password is not shown."
            self.errors = [*self.errors, again]


def _address(form: FlaskForm, field: EmailField) -> None:
    """Good for a new user."""
    if not emails.is_address(field.data or ""):
        raise ValidationError(NO_ADDRESS)


class LoginForm(Form):
    """Address and password."""

    email = EmailField("Email", [InputRequired("Enter your email address.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])

    def validate_email(self, field: EmailField) -> None:
        """What no account can have is not looked up, and not counted."""
        try:
            emails.plain(field.data or "")
        except emails.NotAnAddress:
            raise ValidationError(NO_ADDRESS) from None


class WelcomeForm(Form):
    """The first admin."""

    email = EmailField(
        "Email",
        [
            InputRequired("Enter your email address."),
            Length(max=emails.LONGEST, message="This is too long for an email address."),
            _address,
        ],
    )
    password = PasswordField("Password", [InputRequired("Choose a password.")])

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

    code = StringField("Code", [InputRequired("Enter the code of your app, or a recovery code.")])


class CurrentPasswordForm(Form):
    """Whoever does this must know the password, and not only find an open browser."""

    current = PasswordField("Current password", [InputRequired("Enter your current password.")])


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
    current = PasswordField(  # after the code, as on the page
        "Current password", [InputRequired("Enter your current password.")]
    )


class InviteForm(Form):
    """Who is invited, and as what."""

    email = EmailField(
        "Email",
        [
            InputRequired("Enter an email address."),
            Length(max=emails.LONGEST, message="This is too long for an email address."),
            _address,
        ],
    )
    role = SelectField("Role", choices=[SelectChoice(role, role.capitalize()) for role in ROLES], default="viewer")


class ReadingForm(Form):
    """How a file is to be read; what is empty is recognised. Columns are "#3", by position, or "-" for none."""

    encoding = SelectField(
        "Encoding",
        choices=[SelectChoice("", "Recognised")] + [SelectChoice(name, words) for name, words in ENCODINGS.items()],
        default="",
    )
    delimiter = SelectField(
        "Separator",
        choices=[SelectChoice("", "Recognised")] + [SelectChoice(mark, mark) for mark in ",;\t|"],
        default="",
    )
    header = StringField("Header")
    skip = IntegerField("Lines above", [Optional(), NumberRange(0, 1000, "Between 0 and 1,000 lines.")])
    sheet = StringField("Sheet")
    members = SelectField(
        "Files of a ZIP archive",
        choices=[
            SelectChoice("", "There must be only one table"),
            SelectChoice("each", "Each is an import of its own"),
            SelectChoice("joined", "All are one import"),
        ],
        default="",
    )
    numbers = SelectField(
        "Prices are written",
        choices=[SelectChoice("", "Recognised")] + [SelectChoice(way, example) for way, example in NUMBERS.items()],
        default="",
    )
    map_sku = StringField("SKU")
    map_name = StringField("Name")
    map_description = StringField("Description")
    map_price = StringField("Price")
    map_active = StringField("Active")


class UploadForm(ReadingForm):
    """A file and what to do with it."""

    file = MultipleFileField("CSV file")
    upload = StringField()  # or the id of one that was sent before, in parts
    mode = RadioField(
        "Rows of the file",
        choices=[
            SelectChoice("upsert", "Create and update products"),
            SelectChoice("create", "Only create new ones"),
            SelectChoice("update", "Only update known ones"),
            SelectChoice("delete", "Delete the listed ones"),
            SelectChoice("sync", "Create and update, deactivate all others"),
            SelectChoice("sync-delete", "Create and update, delete all others"),
        ],
        default="upsert",
    )
    review = RadioField(
        "Before anything changes",
        choices=[SelectChoice("no", "Go ahead"), SelectChoice("yes", "Show me the plan")],
        default="no",
    )
    new_products = RadioField(
        "New products are",
        choices=[SelectChoice("active", "Active"), SelectChoice("inactive", "Inactive")],
        default="active",
    )
    blank = RadioField(
        "An empty cell",
        choices=[SelectChoice("clear", "Empties the field"), SelectChoice("keep", "Keeps what is there")],
        default="clear",
    )
    extra = RadioField(
        "Other columns",
        choices=[SelectChoice("keep", "Are kept as attributes"), SelectChoice("drop", "Are left out")],
        default="keep",
    )

    refused = RadioField(
        "Rows that can't be used",
        choices=[
            SelectChoice("skip", "Are left out, the rest goes in"),
            SelectChoice("limit", "Stop it when there are too many"),
            SelectChoice("none", "Stop it: all rows or nothing"),
        ],
        default="skip",
    )
    max_errors = StringField("Too many are more than", default="1%")

    def validate_max_errors(self, field: StringField) -> None:
        """A number or a share, if it counts."""
        limited = self.refused.data == "limit"
        if limited and not (field.data and is_known_policy(field.data)):
            raise ValidationError("Enter a number of rows such as 100, or a share such as 2%.")

    def policy(self) -> str:
        """The choice as importer.Options has it."""
        return {"limit": self.max_errors.data or "", "none": "0"}.get(self.refused.data, "")

    def validate_file(self, field: MultipleFileField) -> None:
        """One of the two."""
        if not self.upload.data:
            FileRequired("Choose a CSV file.")(self, field)


class ProductForm(Form):
    """A product's own fields; `products` knows what may stand in them."""

    sku = StringField("SKU")
    name = StringField("Name")
    description = TextAreaField("Description")
    price = StringField("Price")
    active = BooleanField("Active")


def trimmed(value: str | None) -> str:
    """Text as it can be stored, without what stands around it."""
    return (value or "").replace("\0", "").strip()


# ---- API ----


class TokenForm(Form):
    """A new token of the API."""

    name = StringField(
        "Name",
        [DataRequired("Say what it is for."), Length(max=LONGEST_NAME, message="Use at most 100 characters.")],
        filters=[trimmed],
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
