"""Forms of an import: how a file is read, and what becomes of its rows."""

from typing import Any

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from catalog.importer import CHOICES, DECLARED, BadChoice, read_choice
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.base import Form


class ReadingForm(Form):
    """How a file is to be read; what is empty is recognised. Columns are "#3", by position, or "-" for none."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self:  # what was chosen at another door is one of the list too
            is_list = isinstance(field, SelectField) and not isinstance(field, RadioField)
            if is_list and field.data and field.data not in [choice.value for choice in field.choices]:
                field.choices = [*field.choices, SelectChoice(field.data, field.data)]


for _name in choices.READING:
    setattr(ReadingForm, _name, choices.control(_name))
ReadingForm.header = StringField("Header")  # the look has a list of its own for it
for _field in DECLARED:
    setattr(ReadingForm, f"map_{_field.name}", StringField(_field.label))


class ChoicesForm(ReadingForm):
    """All choices of an import: how its file is read, and what its rows may do."""

    def row_choices(self) -> list[Any]:
        """The controls of what rows may do, in their order on pages."""
        return [self["review"], *(self[name] for name in choices.ROWS if name not in ("review", "max_errors"))]

    def more_choices(self) -> list[Any]:
        """Those of them that a page folds: most files need none of them."""
        return [field for field in self.row_choices() if field.short_name not in ("review", "mode")] + [
            self["rejected"]
        ]

    def opens_more(self) -> bool:
        """Whether one of the folded controls is not as it is at first, or is wrong."""
        return bool(self.max_errors.errors) or any(field.data != field.default for field in self.more_choices())

    def validate_max_errors(self, field: StringField) -> None:
        """A number or a share, if it counts."""
        if self.rejected.data != "limit":
            return
        try:
            wrong = not read_choice("max_errors", field.data or "")
        except BadChoice:
            wrong = True
        if wrong:
            raise ValidationError("Enter a number of rows such as 100, or a percentage such as 2%.")


for _name in choices.ROWS:
    setattr(ChoicesForm, _name, choices.control(_name))
ChoicesForm.mode, ChoicesForm.rejected = choices.mode(), choices.rejected()
ChoicesForm.max_errors = StringField(CHOICES["max_errors"].label, default="1%", description=CHOICES["max_errors"].hint)


class UploadForm(ChoicesForm):
    """A file and its choices."""

    file = MultipleFileField("CSV file")
    upload = StringField()  # or the id of one that was sent before, in parts

    def validate_file(self, field: MultipleFileField) -> None:
        """One of the two."""
        if not self.upload.data:
            FileRequired("Choose a CSV file.")(self, field)
