"""The titles of imports on pages, and the errors of a form in words."""

from flask_wtf import FlaskForm

from catalog.imports import progress, wording
from catalog.notation import plural

STOPPED = {"same_file": "This file was imported before", "discarded": "The import was discarded"}


def heading(now: progress.Progress) -> str:
    """The title of an import in its current state, without a full stop."""
    if now.face == "none":
        return now.words.rstrip(".")
    if now.state == "completed":
        return now.words if now.face == "part" else changed(now)
    if now.state == "review":
        return "Review needed"
    if now.held and now.questions:
        return _questions(len(now.questions))
    if now.state == "undone":
        return "This import was undone"
    if now.state == "failed":
        return "The import failed"
    if now.finished:
        return STOPPED.get(now.face, "The import was cancelled")
    return now.note.rstrip(".")


def problems(form: FlaskForm) -> str:
    """The errors of a form in one line, each after the label of its field."""
    found = form.errors.items()
    return " ".join(f"{form[name].label.text}: {' '.join(words)}" if name else " ".join(words) for name, words in found)


def changed(now: progress.Progress) -> str:
    """The changes of a completed import: 2 products created, 1 product updated."""
    counts = {name: now.counts[name] for name in ("created", "updated", "deleted")} | now.absent
    done = [f"{plural(count, 'product')} {wording.named(name, count)}" for name, count in counts.items() if count]
    if not done and now.counts["skipped"] and not now.counts["unchanged"]:
        return "No product changed"
    return ", ".join(done) or "Already up to date"


def _questions(count: int) -> str:
    asked = "One question" if count == 1 else plural(count, "question")
    return f"{asked} before this file can be read"
