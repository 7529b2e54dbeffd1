"""The controls for the choices of an import, made from the model of the importer, and their values."""

from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from catalog.importer import CHOICES, FIELDS, BadChoice, Options, read_choice
from catalog.web.pages.forms.base import Form

SYNCS = {"sync-delete": "Full catalog: delete products that are not in the file"}
REJECTED = {
    "skip": "Import the other rows",
    "limit": "Stop if there are too many",
    "none": "Stop: import all rows or none",
}


def controlled(*about: str) -> list[str]:
    """The names of the choices that have a control."""
    return [name for name, choice in CHOICES.items() if choice.label and choice.about in about]


ROWS, READING = controlled("rows"), [*controlled("reading"), *controlled("columns")]


def control(name: str) -> Any:
    """The control of a choice, by its type and values: radio buttons, a list, a number or a text."""
    choice, default = CHOICES[name], getattr(Options(), name)
    listed = [SelectChoice(value, words) for value, words in choice.words.items()]
    more = {"description": choice.hint, "default": _shown(default)}
    if default is None:
        return IntegerField(choice.label, [Optional(), _valid], **more)
    if not listed:
        return StringField(choice.label, [_valid], **more)
    if choice.about == "rows" or isinstance(default, bool):
        return RadioField(choice.label, choices=listed, **more)
    return SelectField(choice.label, [_valid], choices=listed, validate_choice=False, **more)


def mode() -> Any:
    """The control of the mode. For a sync, it also chooses what happens to products that are not in the file."""
    words = CHOICES["mode"].words | {"sync": "Full catalog: deactivate products that are not in the file"} | SYNCS
    listed = [SelectChoice(value, text) for value, text in words.items()]
    return RadioField(CHOICES["mode"].label, choices=listed, default="upsert")


def rejected() -> Any:
    """The control for rejected rows. `limit` uses the number in max_errors."""
    listed = [SelectChoice(value, text) for value, text in REJECTED.items()]
    hint = "Rejected rows are always kept, with the reason."
    return RadioField("If some rows have errors", choices=listed, default="skip", description=hint)


def _valid(form: Form, field: Field) -> None:
    """Validate the value of a choice as the API and the commands do."""
    try:
        read_choice(field.short_name, field.data if field.data is None else str(field.data))
    except BadChoice as bad:
        raise ValidationError(str(bad)) from None


def _shown(value: Any) -> Any:
    """The value for a control."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def data_of(options: Options, names: list[str]) -> dict[str, Any]:
    """The values of options for the controls of these choices."""
    return {name: _shown(getattr(options, name)) for name in names} | _combined(options, names)


def _combined(options: Options, names: list[str]) -> dict[str, Any]:
    """The values of controls that combine several choices, or split one."""
    if "mode" not in names:
        return {}
    deletes = options.mode == "sync" and options.absent == "delete"
    limited = {"": "skip", "0": "none"}.get(options.max_errors, "limit")
    return {
        "mode": "sync-delete" if deletes else options.mode,
        "rejected": limited,
        "max_errors": options.max_errors if limited == "limit" else "1%",
    }


def chosen(form: Form, names: list[str]) -> dict[str, Any]:
    """The values of these choices from the controls, as arguments of Options."""
    found = {name: _value(name, form[name].data) for name in names if name not in ("mode", "max_errors")}
    if "mode" in names:
        found["mode"] = form.mode.data.removesuffix("-delete")
        if found["mode"] == "sync":
            found["absent"] = "delete" if form.mode.data in SYNCS else "deactivate"
        found["max_errors"] = {"limit": form.max_errors.data or "", "none": "0"}.get(form.rejected.data, "")
    return found


def _value(name: str, data: Any) -> Any:
    """The value of a choice from the data of its control."""
    default = getattr(Options(), name)
    if isinstance(default, bool):
        return data == _shown(True) if data else default
    return data if default is None else read_choice(name, data or "")


def columns(form: Form) -> dict[str, str]:
    """The chosen column of each field. "-" becomes "" (no column); a field with an empty control is left out."""
    found = {field: (form[f"map_{field}"].data or "").strip() for field in FIELDS}
    return {field: "" if column == "-" else column for field, column in found.items() if column}
