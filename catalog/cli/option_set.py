"""The options of commands for the choices of an import: how a file is read, and what its rows may do.

They are made when a command first needs them, because `catalog up` runs long and should not load the importer.
"""

from pathlib import Path
from typing import Any

import click

from catalog import importer

ABOUT = ("rows", "reading", "columns", "asking")


class Split(click.ParamType[tuple[str, str]]):
    """LEFT=RIGHT, split at the first =."""

    name = "pair"

    def __init__(self, lefts: tuple[str, ...] = ()) -> None:
        self._lefts = lefts

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        """Both sides. Fails if there is no =, or if the left side is not allowed."""
        left, equals, right = str(value).partition("=")
        if not equals or not left.strip():
            self.fail(f"{value!r} is not two parts with = between them, such as FIELD=TEXT.")
        if self._lefts and left.strip() not in self._lefts:
            self.fail(f"{value!r} is not FIELD=COLUMN, where FIELD is one of {', '.join(self._lefts)}.")
        return left.strip(), right


class Value(click.ParamType[Any]):
    """The value of a choice, checked as on pages and in the API."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value for the importer."""
        try:
            return importer.read_choice(self.name, str(value))
        except importer.BadChoice as bad:
            self.fail(str(bad))


class Blank(click.ParamType[str]):
    """keep, clear or COLUMN=keep."""

    name = "blank"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The text unchanged, if it is valid."""
        try:
            importer.Options().with_blanks([str(value)])
        except ValueError as error:
            self.fail(str(error))
        return str(value)


class Command(click.Command):
    """A command with an option for each choice of an import. `about` selects the choices.

    `shows_defaults` is false where an option that is not given leaves a choice as it was.
    """

    def __init__(
        self, *arguments: Any, about: tuple[str, ...] = ABOUT, shows_defaults: bool = True, **options: Any
    ) -> None:
        self._about, self._shows_defaults, self._is_made = about, shows_defaults, False
        super().__init__(*arguments, **options)

    @property
    def params(self) -> list[click.Parameter]:
        """The arguments, the options of choices, and other options. Always the same list, because click changes it."""
        if not self._is_made:
            self._is_made = True
            at = sum(isinstance(one, click.Argument) for one in self._own)
            self._own[at:at] = made(self._about, self._shows_defaults)
        return self._own

    @params.setter
    def params(self, own: list[click.Parameter]) -> None:
        self._own = own


def made(about: tuple[str, ...], shows_defaults: bool = True) -> list[click.Parameter]:
    """An option for each choice, and the options --mapping, --template and --profile."""
    found: list[click.Parameter] = []
    for name, choice in importer.CHOICES.items():
        if choice.flag and choice.about in about:
            found.append(_option(name, shows_defaults))
            if choice.short:
                flag, _, words = choice.short
                found.append(click.Option([flag], is_flag=True, help=words))
    whole = "All choices about columns as one JSON object, or the file that holds it."
    template = "Start with the choices of this template; other options override it."
    found.append(click.Option(["--mapping"], metavar="JSON|@FILE", help=whole))
    found.append(click.Option(["--template"], metavar="NAME", help=template))
    found.append(click.Option(["--profile"], hidden=True))  # the old name of --template, for one release
    return found


def _option(name: str, shows_default: bool) -> click.Option:
    """The option of a choice. Its default is None, so that only given options override a template."""
    choice, default = importer.CHOICES[name], getattr(importer.Options(), name)
    words = choice.default or (default if isinstance(default, str) else "")
    words_of_help = f"{choice.help}  [default: {words}]" if words and shows_default else choice.help
    more: dict[str, Any] = {"type": _type(name), "metavar": choice.metavar or None}
    if isinstance(default, bool):
        more = {"is_flag": True}
    elif isinstance(default, dict) or name == "blank":
        more["multiple"] = True
    elif listed := importer.choice_values(name):
        more = {"type": click.Choice([value for value in listed if value])}
    return click.Option([choice.flag, name], default=None, help=words_of_help, **more)


def _type(name: str) -> click.ParamType[Any]:
    if name == "blank":
        return Blank()
    if isinstance(getattr(importer.Options(), name), dict):
        return Split(importer.FIELDS if name == "columns" else ())
    return Value(name)


def given(params: dict[str, Any]) -> dict[str, Any]:
    """The given choices in the JSON form of the API. Raises click.UsageError."""
    found = {name: params[name] for name in importer.CHOICES if params.get(name) not in (None, ())}
    for name, choice in importer.CHOICES.items():
        if choice.short and params.get(choice.short[0].strip("-").replace("-", "_")):
            found[name] = choice.short[1]
    mapping = _read(params["mapping"]) if params.get("mapping") else {}
    if pairs := found.pop("columns", ()):
        found["map"] = dict(pairs)
    for name in ("attributes", "joined", "constants", "transforms"):
        if pairs := found.pop(name, ()):
            mapping[name] = mapping.get(name, {}) | _of_pairs(name, pairs)
    found |= {"mapping": mapping} if mapping else {}
    if template := params.get("template") or params.get("profile"):
        found["template"] = template
    try:
        importer.checked(importer.Options(), {name: found[name] for name in found.keys() - {"template"}})
    except importer.Rejected as rejection:
        raise click.UsageError(str(rejection)) from None
    return found


def _of_pairs(name: str, pairs: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The value of a choice from the pairs of its option."""
    if name == "joined":
        return {target: {"columns": text.split("+")} for target, text in pairs}
    if name != "transforms":
        return dict(pairs)
    steps: dict[str, list[list[str]]] = {}
    for column, step in pairs:
        steps.setdefault(column, []).append(step.split(":"))
    return steps


def _read(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"The mapping can't be read: {error}") from None
    try:
        return importer.parse_mapping(text)
    except importer.Rejected as rejection:
        raise click.UsageError(str(rejection)) from None
