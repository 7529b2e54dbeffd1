"""Forms of an import: how a file is read, and what becomes of its rows."""

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import NumberRange, Optional, ValidationError

from catalog.importer import DECLARED, ENCODINGS, NUMBERS, is_known_policy
from catalog.web.pages.forms.base import Form


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


for _field in DECLARED:
    setattr(ReadingForm, f"map_{_field.name}", StringField(_field.label))


class UploadForm(ReadingForm):
    """A file and what to do with it."""

    file = MultipleFileField("CSV file")
    upload = StringField()  # or the id of one that was sent before, in parts
    mode = RadioField(
        "What should this file do?",
        choices=[
            SelectChoice("upsert", "Create and update products"),
            SelectChoice("create", "Only create new products"),
            SelectChoice("update", "Only update existing products"),
            SelectChoice("delete", "Delete the products in the file"),
            SelectChoice("sync", "Full catalog: deactivate products that are not in the file"),
            SelectChoice("sync-delete", "Full catalog: delete products that are not in the file"),
        ],
        default="upsert",
    )
    review = RadioField(
        "Before anything changes",
        choices=[SelectChoice("no", "Import right away"), SelectChoice("yes", "Review changes first")],
        default="no",
    )
    new_products = RadioField(
        "New products are",
        choices=[SelectChoice("active", "Active"), SelectChoice("inactive", "Inactive")],
        default="active",
    )
    blank = RadioField(
        "Blank cells",
        choices=[SelectChoice("clear", "Clear the field"), SelectChoice("keep", "Keep the value")],
        default="clear",
    )
    extra = RadioField(
        "Other columns",
        choices=[SelectChoice("keep", "Keep as attributes"), SelectChoice("drop", "Skip")],
        default="keep",
    )

    refused = RadioField(
        "If some rows have errors",
        choices=[
            SelectChoice("skip", "Import the other rows"),
            SelectChoice("limit", "Stop if there are too many"),
            SelectChoice("none", "Stop: import all rows or none"),
        ],
        default="skip",
    )
    max_errors = StringField("Stop if more than", default="1%")

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
