"""The buttons of a look: the answers to its questions, and the fix that would help most.

A button sets controls of the look. It sends their names and values as JSON in the field `answer`, beside the form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict

from catalog import importer
from catalog.notation import number, plural
from catalog.web.pages.imports.steps.mapping_rows import Rows

SHOWN = 40  # characters of a value on a button
SHEETS = 6  # most sheets with a button
WHICH_SHEET = "Are the products on another sheet of this workbook?"


@dataclass(frozen=True)
class Answer:
    """A button: its label, and the controls that it sets."""

    label: str
    controls: dict[str, str]

    @property
    def value(self) -> str:
        """The value of the button: the controls as JSON."""
        return json.dumps(self.controls)


@dataclass(frozen=True)
class Asked:
    """A question with its buttons."""

    message: str
    answers: tuple[Answer, ...]
    more: str = ""  # a hint about other ways


def fields() -> MultiDict[str, str]:
    """The fields of the form, with the values that the pressed button sets."""
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


def of_look(look: importer.Look, mapped: Rows) -> list[Asked]:
    """The questions and the fix of a look, with their buttons. `mapped` has the choices for columns."""
    asked = [_of_question(one, look, mapped) for one in look.questions]
    if look.problem and not asked and (sheets := _other_sheets(look)):
        asked.append(Asked(WHICH_SHEET, tuple(Answer(f"Use the sheet “{name}”", {"sheet": name}) for name in sheets)))
    if fix := look.verdict.fix:
        answer = Answer(fix.label, _controls(fix.choices, look.names, mapped))
        asked.append(Asked(fix.words, (answer,), _outcome(fix, look.verdict)))
    return asked


def of_warnings(look: importer.Look, mapped: Rows) -> dict[str, tuple[Answer, ...]]:
    """Warning -> the buttons of what can be done about it."""
    if look.columns is None:
        return {}
    plain = Answer(f"Read prices like {importer.NUMBERS['plain']}", {"numbers": "plain"})
    at = importer.position(look.names, look.columns.price_like) if look.columns.price_like else None
    found: dict[str, tuple[Answer, ...]] = {"in_cents": (plain,)}
    if at is not None and any(map(str.isdecimal, "".join(look.facts[at].values))):
        label = f"Use “{look.names[at].strip()}” as the price"
        found["no_price_column"] = (Answer(label, _column("price", f"#{at + 1}", look.names, mapped)),)
    return found


def _other_sheets(look: importer.Look) -> tuple[str, ...]:
    """The other sheets of a workbook."""
    read = look.understood
    is_workbook = read is not None and not read.has_dialect and not look.members
    return tuple(name for name in read.parts if name != read.part)[:SHEETS] if read and is_workbook else ()


def _outcome(fix: importer.Fix, verdict: importer.Verdict) -> str:
    """The result of a fix, counted as in the verdict. It may be tried on fewer rows than the verdict counts."""
    is_part = not verdict.whole or fix.rows < verdict.rows
    rows = f"the first {plural(fix.rows, 'row')}" if is_part else plural(fix.rows, "row")
    if fix.accepted < fix.rows:
        return f"Then {number(fix.accepted)} of {rows} would be ready."
    return f"Then all {'of ' if is_part else ''}{rows} would be ready."


def _of_question(question: importer.Question, look: importer.Look, mapped: Rows) -> Asked:
    answers = tuple(
        Answer(_label(question, choice, look), _controls(_chosen(question, choice), look.names, mapped))
        for choice in question.choices
    )
    if question.combined and not mapped.joins:
        answers = (*answers, _combined(question, look))
    more = "Or choose another column below." if question.option == "columns" else ""
    return Asked(question.message, answers, more)


def _combined(question: importer.Question, look: importer.Look) -> Answer:
    """The button that joins columns to the field, with the text that the first row gets."""
    places = [at for name in question.combined if (at := importer.position(look.names, name)) is not None]
    values = [look.facts[at].values[0] for at in places if at < len(look.facts) and look.facts[at].values]
    parts = {f"join_{number}": f"#{at + 1}" for number, at in enumerate(places, 1)}
    label = f"{' + '.join(question.combined)}: {' '.join(values)}"
    return Answer(label, {"join_target": question.field, "join_separator": " ", "join_3": ""} | parts)


def _chosen(question: importer.Question, choice: str) -> dict[str, Any]:
    """A choice of a question as values of Options."""
    if question.option != "columns":
        return {question.option: choice}
    field, _, column = choice.partition("=")
    return {"columns": {field: column}}


def _label(question: importer.Question, choice: str, look: importer.Look) -> str:
    """The label of the button of a choice."""
    if question.option != "columns":
        return importer.CHOICES[question.option].words.get(choice, choice)
    column = choice.partition("=")[2]
    if not column:
        return "None of them"
    at = importer.position(look.names, column)
    return column if at is None or at >= len(look.facts) else _with_facts(look.facts[at], at, question.field)


def _with_facts(facts: importer.ColumnFacts, at: int, field: str) -> str:
    """The name of a column with the number of products it would make, or with a sample value."""
    name = facts.name.strip() or f"column {at + 1}"
    if field == "sku":
        wins = ", only the last row of each SKU is kept" if facts.distinct < facts.filled else ""
        return f"{name}: {plural(facts.distinct, 'product')}{wins}"
    return f"{name}: {facts.values[0][:SHOWN]}" if facts.values else f"{name}: empty"


def _controls(choices: dict[str, Any], names: list[str], mapped: Rows) -> dict[str, str]:
    """Values of Options as values of controls."""
    found: dict[str, str] = {}
    for name, value in choices.items():
        if name == "columns":
            for field, column in value.items():
                found |= _column(field, column, names, mapped)
        else:
            found[name] = "no" if value is False else str(value)
    return found


def _column(field: str, column: str, names: list[str], mapped: Rows) -> dict[str, str]:
    """The controls that choose a column, or none, for a field, instead of the previous one."""
    at = importer.position(names, column) if column else None
    others = {f"use_{place}": "" for place, taken in mapped.fields.items() if taken == field and place - 1 != at}
    return others | ({f"map_{field}": "-"} if at is None else {f"use_{at + 1}": field})
