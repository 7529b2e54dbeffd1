"""A question about a file, with its choices, and the exception with questions.

Code that reads a file raises `Unanswered` before the catalog changes. The import then waits (held) until a person
answers: see docs/import.md.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from catalog.importer.errors import Rejected


@dataclass(frozen=True)
class Question:
    """A question about how to read a file: a sentence that names no option of a command.

    `kind` is stored and documented; `field` is the product's field that it is about, empty for the file as a whole;
    `choices` are values that `option`, a name of `Options` and of the command's option, takes. `combined` are columns
    that may be joined to the field instead.
    """

    kind: str
    field: str
    message: str
    choices: tuple[str, ...]
    option: str
    combined: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import and served."""
        shown = asdict(self) | {"choices": list(self.choices), "combined": list(self.combined)}
        return {name: value for name, value in shown.items() if name != "combined" or value}


class Unanswered(Rejected):
    """A file that can't be read before a person has answered these questions."""

    kind = "question"

    def __init__(self, *questions: Question) -> None:
        self.questions = questions
        options = [one.option for one in questions]
        more = ["sheet"] * ("members" in options)  # one of them may be meant
        super().__init__(" ".join(one.message for one in questions), *options, *more)

    def name(self, member: str) -> None:
        """Add the name of the file of an archive to each question."""
        self.questions = tuple(replace(one, message=f"{member}: {one.message}") for one in self.questions)


def to_json(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions as they are stored with the import and served."""
    return [one.to_json() for one in questions]
