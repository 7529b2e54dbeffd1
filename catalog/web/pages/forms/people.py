"""Forms of people: signing in, passwords, second factors, invitations, tokens."""

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from catalog.people import ROLES, emails, locales, passwords, tokens
from catalog.web.pages.forms.base import Form, trimmed
from catalog.web.rendering import viewer

NO_ADDRESS = "This is not an email address."


def _good_password(field: PasswordField, email: str) -> None:
    if problem := passwords.problem(field.data or "", email):
        raise ValidationError(problem)


def _address(form: FlaskForm, field: EmailField) -> None:
    """Check that the address is valid for a new user."""
    if not emails.is_address(field.data or ""):
        raise ValidationError(NO_ADDRESS)


def _email(missing: str) -> EmailField:
    """The address of a new user; `missing` is the message if it is empty."""
    too_long = Length(max=emails.LONGEST, message="This is too long for an email address.")
    return EmailField("Email", [InputRequired(missing), too_long, _address])


class LoginForm(Form):
    """Address and password."""

    email = EmailField("Email", [InputRequired("Enter your email address.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])

    def validate_email(self, field: EmailField) -> None:
        """Reject an invalid address here, so that it is not looked up and not counted as an attempt."""
        try:
            emails.plain(field.data or "")
        except emails.NotAnAddress:
            raise ValidationError(NO_ADDRESS) from None


class WelcomeForm(Form):
    """Address and password of the first admin."""

    email = _email("Enter your email address.")
    password = PasswordField("Password", [InputRequired("Choose a password.")])

    def validate_password(self, field: PasswordField) -> None:
        """Require a long password that is neither common nor the address."""
        _good_password(field, self.email.data or "")


class InvitationForm(Form):
    """The password of an invited user. Set `email` before validating."""

    email = ""
    password = PasswordField("Password", [InputRequired("Choose a password.")])

    def validate_password(self, field: PasswordField) -> None:
        """Require a long password that is neither common nor the address."""
        _good_password(field, self.email)


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField("Code", [InputRequired("Enter the code from your app, or a recovery code.")])


class CurrentPasswordForm(Form):
    """Asks for the password, so that an open browser is not enough."""

    current = PasswordField("Current password", [InputRequired("Enter your current password.")])


class PasswordForm(CurrentPasswordForm, InvitationForm):
    """A new password. Set `email` before validating."""

    password = PasswordField("New password", [InputRequired("Choose a password.")])


class ConfirmFactorForm(CurrentPasswordForm):
    """A code that proves that the app has the secret."""

    code = StringField("Code", [InputRequired("Enter the code that your app shows.")])
    current = PasswordField(  # after the code, as on the page
        "Current password", [InputRequired("Enter your current password.")]
    )


class InviteForm(Form):
    """Address and role of an invited user."""

    email = _email("Enter an email address.")
    role = SelectField("Role", choices=[SelectChoice(role, role.capitalize()) for role in ROLES], default="viewer")


class FormatsForm(Form):
    """How pages write dates, times and numbers."""

    locale = SelectField("Language and region")
    time_zone = SelectField("Time zone")

    def __init__(self, browser: viewer.Viewer, **data: object) -> None:
        super().__init__(**data)
        names, zone = locales.locales(), browser.zone_name or "unknown yet"
        automatic = names.get(browser.tag, browser.tag)
        choices = [SelectChoice(tag, name) for tag, name in names.items()]
        self.locale.choices = [SelectChoice("", f"As in the browser: {automatic}"), *choices]
        zones = [SelectChoice(name, name.replace("_", " ")) for name in locales.places()]
        self.time_zone.choices = [SelectChoice("", f"As in the browser: {zone}"), *zones]


class TokenForm(Form):
    """A new token for the API."""

    name = StringField(
        "Name",
        [DataRequired("Enter a name."), Length(max=tokens.LONGEST_NAME, message="Use at most 100 characters.")],
        filters=[trimmed],
    )
    scope = RadioField(
        "Permissions",
        choices=[
            SelectChoice("read", "Read: products, imports, changes"),
            SelectChoice("write", "Write: also change products, import files and undo changes"),
            SelectChoice("admin", "Admin: also users, webhooks, the audit log and the status, and delete all products"),
        ],
        default="read",
    )
    days = SelectField(
        "Expires after",
        choices=[
            *(SelectChoice(str(days), f"{days} days") for days in tokens.DAYS),
            SelectChoice("0", "Never: until it is revoked"),
        ],
        default="90",
    )
