"""Forms of an import: how its file is read, and what its rows may do."""

from typing import Any

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from catalog.importer import CHOICES, DECLARED, BadChoice, read_choice
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.base import Form


class ReadingForm(Form):
    """How to read a file. An empty control means: detect it. Columns are positions such as "#3", or "-" for none."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self:  # the list also offers the stored value, which the API or a command may have set
            is_list = isinstance(field, SelectField) and not isinstance(field, RadioField)
            if is_list and field.data and field.data not in [choice.value for choice in field.choices]:
                field.choices = [*field.choices, SelectChoice(field.data, field.data)]


for _name in choices.READING:
    setattr(ReadingForm, _name, choices.control(_name))
ReadingForm.header = StringField("Header")  # the look has its own list for it
for _field in DECLARED:
    setattr(ReadingForm, f"map_{_field.name}", StringField(_field.label))


class ChoicesForm(ReadingForm):
    """All choices of an import: how its file is read, and what its rows may do."""

    def row_choices(self) -> list[Any]:
        """The controls of what rows may do, in their order on pages."""
        return [self["review"], *(self[name] for name in choices.ROWS if name not in ("review", "max_errors"))]

    def more_choices(self) -> list[Any]:
        """The controls that a page folds, because few files need them."""
        return [field for field in self.row_choices() if field.short_name not in ("review", "mode")] + [
            self["rejected"]
        ]

    def opens_more(self) -> bool:
        """Whether one of the folded controls differs from its default, or is invalid."""
        return bool(self.max_errors.errors) or any(field.data != field.default for field in self.more_choices())

    def validate_max_errors(self, field: StringField) -> None:
        """Check the number or percentage, if the limit is chosen."""
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
    """Files and their choices."""

    file = MultipleFileField("File")
    upload = StringField()  # or the id of a file that was sent in parts

    def validate_file(self, field: MultipleFileField) -> None:
        """Require a file or an upload."""
        if not self.upload.data:
            FileRequired("Choose a file.")(self, field)
