"""The grid of rejected rows: its script checks cells while the user types, and saves them at once."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog.imports import Import, corrections, find, grid, rejected_rows
from catalog.web.http.request_log import actor
from catalog.web.http.routes import NO_LINE_FOR_LOOKS, PAGE_ONLY, Blueprint
from catalog.web.rendering.viewer import noted

bp = Blueprint("cells", __name__)

MOST = 2**31 - 1


class _Sent(BaseModel):
    """The body of the script's request: cells by row and column, or a table to paste from a cell on."""

    model_config = ConfigDict(extra="forbid", strict=False)

    rows: dict[int, dict[int, str]] = Field(default_factory=dict, max_length=grid.MOST_PASTED)
    code: str = ""
    row: int = Field(default=0, ge=0, le=MOST)
    column: int = Field(default=0, ge=0, le=MOST)
    cells: list[list[str]] = Field(default_factory=list)


@bp.post(
    "/imports/<int:import_id>/errors/cells",
    role="editor",
    api="PATCH /imports/{import_id}/errors/{number}",
    audit="import rows corrected",
)
def write(import_id: int) -> ResponseReturnValue:
    """Save cells. The response has the rows as they are now, and the previous values for an undo."""
    row = find(Import, import_id)
    try:
        sent = _sent()
        if sent.cells:
            written = grid.paste(actor(), row, sent.code, (sent.row, sent.column), sent.cells)
        else:
            written = grid.write(actor(), row, sent.rows)
    except corrections.NotNow as why:
        return {"problem": str(why)}, 409
    except corrections.Wrong as why:
        return {"problem": str(why)}, 422
    told = {"before": written.before, "beyond": written.beyond, "ready": corrections.waiting(import_id)}
    return {"rows": list(map(_shown, written.rows)), **told}


@bp.post("/imports/<int:import_id>/errors/check", role="editor", api=PAGE_ONLY, audit=NO_LINE_FOR_LOOKS)
def check(import_id: int) -> ResponseReturnValue:
    """Check rows with these cells. Nothing is saved."""
    row = find(Import, import_id)
    try:
        sent = _sent().rows
    except corrections.Wrong as why:
        return {"problem": str(why)}, 422
    found = rejected_rows.some(import_id, list(sent))
    return {"rows": [_shown(grid.check(row, error, sent[error.row])) for error in found]}


def _shown(one: grid.GridRow) -> dict[str, Any]:
    """A row as JSON for the script, with the viewer's format of numbers in its reason."""
    told = grid.as_json(one)
    return told | {"why": noted(told["why"])}


def _sent() -> _Sent:
    """The body of this request. Raises corrections.Wrong."""
    given: Any = request.get_json(silent=True)
    try:
        return _Sent.model_validate(given)
    except ValidationError:
        raise corrections.Wrong("cells", "These are not cells of the grid.") from None
