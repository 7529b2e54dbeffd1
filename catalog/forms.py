"""What the pages' forms hold, and the words in which they complain."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp

from catalog.accounts import SHORTEST_PASSWORD


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


class UploadForm(FlaskForm):  # type: ignore[misc]
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
