"""The result of an import in words, for a terminal. Imports nothing large: commands should start fast."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from catalog.notation import moment, noun_of, number, plural

COUNTS = ("created", "updated", "unchanged", "deleted", "skipped", "duplicates", "rejected", "blank")
"""The counts that add up to the rows, as in `models`, which is slow to load."""


ABSENT_COUNTS = ("deactivated", "removed")
"""Counts of products that a sync did not find in the file."""

FLAGS = {
    "columns": "--map sku=1 --map name=2",
    "header": "--no-header",
    "encoding": "--encoding",
    "numbers": "--numbers point or comma",
    "decimals": "--decimals round or reject",
    "members": "--members each or joined",
    "sheet": "--sheet",
    "mode": "--mode update",
}
"""A choice with which a file could be imported -> its option of the command. Pages have a control for the same."""

OUTCOMES = ("all", "part", "none")
"""How many of the rows were imported."""

UNDER_WAY = {"queued": "has not started yet", "reading": "is being read", "applying": "is being applied"}
"""What an import does while it has not ended."""

SOURCES = {"page": "on a page", "cli": "on the command line", "api": "through the API", "url": "from a source"}
"""How an import was started, by its `source`."""


@dataclass(frozen=True)
class Stop:
    """Why an import waits for a person, failed, or was cancelled; `kind` is stored and documented."""

    kind: str
    message: str
    examples: Sequence[dict[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import and served."""
        return asdict(self) | {"examples": list(self.examples)}


def of(result: dict[str, Any]) -> str | None:
    """One of OUTCOMES, from the counts; None before rows were counted."""
    if result["state"] not in ("review", "completed", "failed", "undone"):
        return None
    if result["rejected"]:
        taken = sum(result[name] for name in COUNTS if name not in ("rejected", "blank"))
        return "part" if taken else "none"
    return None if result["state"] == "failed" else "all"


def nothing_taken(result: dict[str, Any]) -> str:
    """The message for an import of which every row was rejected."""
    if result["rejected"] == 1:
        return "No products imported: the only row was rejected."
    rows = "both rows" if result["rejected"] == 2 else f"all {number(result['rejected'])} rows"
    return f"No products imported: {rows} were rejected."


def taken_in_part(result: dict[str, Any]) -> str:
    """The message for an import of which some rows were rejected: 375 of 1,145 rows imported, 770 need attention."""
    left, filled, skipped = result["rejected"], result["rows"] - result["blank"], result["skipped"]
    verb = noun_of(left, "needs", "need")
    more = f", {number(skipped)} skipped" if skipped else ""
    taken = number(filled - left - skipped)
    return f"{taken} of {plural(filled, 'row')} imported{more}, {number(left)} {verb} attention"


def inside(warnings: Sequence[dict[str, Any]]) -> int:
    """How many rows may be inside quoted cells. They are not counted as rows, so the outcome does not include them."""
    counts = [w["count"] for w in warnings if "rows_in_cells" in (w.get("code"), w.get("kind"))]
    return sum(counts)


def may_be_missing(warnings: Sequence[dict[str, Any]]) -> str:
    """The message for rows that may be missing; empty if there are none."""
    found = inside(warnings)
    return f"{plural(found, 'row')} may be missing: their text is inside quoted cells." if found else ""


def warned(warning: dict[str, Any]) -> str:
    """The message of a warning, with its first example."""
    words = f"Warning ({warning['kind']}): {warning['message']}"
    for one in warning["examples"][:1]:
        member = f"{one['member']}, " if one.get("member") else ""
        line = f"line {number(one['line'])}, " if one["line"] else ""
        return f"{words} For example {member}{line}{one['column']}: {one['value']}"
    return words


def rerun(reran: dict[str, Any]) -> str:
    """The message for a run of corrected rows: 55 fixed rows: 0 imported, 55 still rejected."""
    left, out = reran["rejected"], reran.get("left_out", 0)
    more = f"{number(out)} left out, " if out else ""
    taken = number(reran["taken"])
    return f"{plural(reran['rows'], 'fixed row')}: {taken} imported, {more}{number(left)} still rejected"


def face(result: Any) -> str:
    """The state of an import as pages show it: its state, or a more exact one."""
    if result.state == "queued" and not result.sha256:
        return "receiving"
    if result.state == "queued" and result.held:
        return "asking" if result.questions else "held"
    if result.state == "cancelled":
        kind = result.stopped[0]["kind"] if result.stopped else "cancelled"
        return {"expired": "discarded"}.get(kind, str(kind))
    if result.outcome == "none" and result.state in ("completed", "failed"):
        return "none"
    if result.state != "completed":
        return str(result.state)
    if result.outcome == "part":
        return "part"
    return "inside" if inside(result.warnings) else "completed"


def took(row: Any) -> float | None:
    """Seconds of an import from the queue to its end; None while it has not ended."""
    if row.finished_at is None:
        return None
    return max(float((row.finished_at - row.queued_at).total_seconds()), 0.0)


def sentence(result: dict[str, Any]) -> str:
    """The result of `--json` as a sentence."""
    import_id, counted = result["id"], _counted(result)
    if result["state"] == "review":
        why = " ".join(result.get("reasons", ()))
        return (
            f"Import {import_id} is waiting for review. Nothing has changed yet: {counted}.\n"
            f"{why}\n"
            f"`catalog plan {import_id}` shows every change, `catalog apply {import_id}` carries it out,"
            f" `catalog discard {import_id}` discards it."
        )
    if result.get("questions"):
        return _asking(import_id, result["questions"])
    if result["state"] == "undone":
        return (
            f"Import {import_id} was undone; products that were not changed later have their old values."
            f" It had done: {counted}."
        )
    more = f"\n{rerun(result['rerun'])}." if result.get("rerun") else ""
    lost = may_be_missing(result.get("warnings", ()))
    more += f"\n{lost}" if lost else ""
    if result["state"] in UNDER_WAY:
        return f"Import {import_id} {UNDER_WAY[result['state']]}.{more}"
    if result["state"] != "completed":
        return f"Import {import_id} {_ended(result)}{more}"
    if result["rejected"]:
        return (
            f"Import {import_id} partly completed in {number(result['seconds'], 1)} s: {taken_in_part(result)}.\n"
            f"{counted}. `catalog errors {import_id} FILE` writes the rejected rows.{more}"
        )
    return f"Import {import_id} completed in {number(result['seconds'], 1)} s: {counted}.{more}"


def _ended(result: dict[str, Any]) -> str:
    """The sentence for an import that was not completed."""
    kinds = [stop["kind"] for stop in result.get("stopped", ())]
    why = result["error"] or "Nothing was changed."
    if result["state"] == "cancelled":
        words = {"discarded": "was discarded", "expired": "was discarded", "same_file": "was not run"}
        return f"{words.get(kinds[0] if kinds else '', 'was cancelled')}. {why}"
    if "rejected" in kinds:
        return f"{result['state']}. {why} `catalog errors {result['id']} FILE` writes them with their reasons."
    return " ".join([f"{result['state']}. {why}", *_advice(result)])


def _asking(import_id: int, questions: list[dict[str, Any]]) -> str:
    """The questions about a file, and the commands that answer them."""
    lines = [f"Import {import_id} is waiting for an answer. Nothing has changed yet."]
    for one in questions:
        lines += [one["message"], _answer(import_id, one)]
    return "\n".join(lines)


def _answer(import_id: int, question: dict[str, Any]) -> str:
    """The command that answers a question, as a person copies it, and the other values."""
    option = question["option"]
    flag = "map" if option == "columns" else option.replace("_", "-")
    first, *others = [shlex.quote(choice) for choice in question["choices"]] or ["VALUE"]
    more = f" Other values: {', '.join(map(_as_typed, others))}." if others else ""
    parts = question.get("combined")
    both = shlex.quote(f"{question['field']}={'+'.join(parts)}") if parts else ""
    joined = f" Or combine them: `catalog retry {import_id} --join {both}`." if both else ""
    return f"Answer with `catalog retry {import_id} --{flag} {first}`.{more}{joined}"


def _as_typed(choice: str) -> str:
    return f"`{choice}` (none of them)" if choice.endswith("=") else f"`{choice}`"


def _advice(result: dict[str, Any]) -> list[str]:
    """The options of the command with which the file could be imported."""
    flags = [FLAGS[cure] for cure in result.get("cures", ()) if cure in FLAGS]
    return [f"Try again with {' or '.join(flags)}."] if flags else []


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, with one decimal; 100.0 and 0.0 only if exact."""
    exact = 100 * part / whole if whole else 0.0
    if 0 < part < whole:
        exact = min(max(exact, 0.1), 99.9)
    return f"{exact:.1f}%"


def rerun_failed(result: dict[str, Any]) -> bool:
    """Whether a run of corrected rows failed or accepted none of them."""
    reran = result.get("rerun") or {"taken": 0, "rejected": 0}
    none = reran["rejected"] > 0 and not reran["taken"]
    return bool(result["error"]) or result["state"] != "completed" or none


def who(word: str, email: str | None, source: str) -> str:
    """The user, if known, and whether by page, API or command."""
    name = f"{word} {email}" if email else ""
    return f"{name} {SOURCES.get(source, source)}".rstrip()


def before(result: dict[str, Any], at: datetime, moment: Callable[[datetime], str] = moment) -> str:
    """A sentence that says which import had the same file, when, and whose it was."""
    by = who("by", result["email"], result["source"]).strip()
    when = ", ".join(filter(None, [moment(at), by]))
    return f"The same file was imported on {when}, as import {result['id']} ({result['filename']})."


def named(name: str, count: int) -> str:
    """The word beside a count: 1 duplicate, 2 duplicates, 1 created; deleted, for the products that a sync removed."""
    return noun_of(count, "duplicate") if name == "duplicates" else "deleted" if name == "removed" else name


def _counted(result: dict[str, Any]) -> str:
    parts = ", ".join(f"{number(result[name])} {named(name, result[name])}" for name in COUNTS if result[name])
    absent = [f"{number(result[name])} {named(name, result[name])}" for name in ABSENT_COUNTS if result.get(name)]
    beside = f"; not in the file: {', '.join(absent)}" if absent else ""
    return f"{plural(result['rows'], 'row')} = {parts or 'nothing'}{beside}"
