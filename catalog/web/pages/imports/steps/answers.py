"""The choices that a look offers as buttons: the answers to its questions, and the fix that would help most.

A button sets controls of the look: it sends their names and values as JSON, in the field `answer`, and everything else as it stands.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict

from catalog import importer


@dataclass(frozen=True)
class Answer:
    """A button: what it says, and the controls that it sets."""

    label: str
    controls: dict[str, str]

    @property
    def value(self) -> str:
        """What the button sends."""
        return json.dumps(self.controls)


@dataclass(frozen=True)
class Asked:
    """A question with its buttons."""

    message: str
    answers: tuple[Answer, ...]
    more: str = ""  # what else a person can do


def fields() -> MultiDict[str, str]:
    """The controls of the form as they were sent, with those that the pressed button sets."""
    if "look_fields" not in g:
        sent = MultiDict(request.form)
        for name, value in _answered().items():
            sent[name] = value
        g.look_fields = sent
    found: MultiDict[str, str] = g.look_fields
    return found


def _answered() -> dict[str, str]:
    try:
        found = json.loads(request.form.get("answer", "{}"))
    except ValueError:
        return {}
    texts = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if texts else {}


def of_look(look: importer.Look) -> list[Asked]:
    """The questions that a look asks, and the fix that it offers."""
    asked = [_of_question(one, look) for one in look.questions]
    if fix := look.verdict.fix:
        asked.append(Asked(fix.words, (Answer(fix.label, _controls(fix.choices, look.names)),), _outcome(fix)))
    return asked


def _outcome(fix: Any) -> str:
    """What comes of a fix, of the rows that it was tried on."""
    rows = f"{fix.ready:,} of {fix.rows:,}" if fix.ready < fix.rows else f"All {fix.rows:,}"
    return f"{rows} rows that were tried are ready then."


def _of_question(question: importer.Question, look: importer.Look) -> Asked:
    answers = (
        Answer(_label(question, choice), _controls(_chosen(question, choice), look.names))
        for choice in question.choices
    )
    more = "Or choose another one below." if question.option == "columns" else ""
    return Asked(question.message, tuple(answers), more)


def _chosen(question: importer.Question, choice: str) -> dict[str, Any]:
    """A choice of a question as values of Options."""
    if question.option != "columns":
        return {question.option: choice}
    field, _, column = choice.partition("=")
    return {"columns": {field: column}}


def _label(question: importer.Question, choice: str) -> str:
    """What the button of a choice says."""
    if question.option == "columns":
        return choice.partition("=")[2] or "None of them"
    return importer.CHOICES[question.option].words.get(choice, choice)


def _controls(choices: dict[str, Any], names: list[str]) -> dict[str, str]:
    """Values of Options as the controls of the look have them."""
    found: dict[str, str] = {}
    for name, value in choices.items():
        if name == "columns":
            found |= {f"map_{field}": _place(column, names) for field, column in value.items()}
        else:
            found[name] = "no" if value is False else str(value)
    return found


def _place(column: str, names: list[str]) -> str:
    """A column as #3; none is "-"."""
    at = importer.position(names, column) if column else None
    return "-" if not column else column if at is None else f"#{at + 1}"
