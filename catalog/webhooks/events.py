"""The events for webhooks: name, meaning, and a sample payload of each."""

from dataclasses import dataclass
from typing import Any

from catalog.importer import DECLARED

_PRODUCT: dict[str, Any] = {
    "id": 4711,
    "version": 3,
    **{field.name: field.example for field in DECLARED},
    "attributes": {"colour": "green"},
}
_IMPORT: dict[str, Any] = {
    "id": 42,
    "state": "completed",
    "filename": "supplier.csv",
    "url": "/imports/42",
    "rows": 500000,
    "created": 1200,
    "updated": 340,
    "unchanged": 498400,
    "deleted": 0,
    "skipped": 0,
    "duplicates": 57,
    "rejected": 3,
    "blank": 0,
    "deactivated": 0,
    "removed": 0,
    "outcome": "part",
    "warnings": [
        {
            "kind": "repeated_skus",
            "count": 57,
            "message": "57 rows repeat a SKU; only the last of each is kept."
            " The examples name the values that are lost.",
            "examples": [{"line": 3, "column": "sku", "value": "TEA-001"}],
        }
    ],
    "questions": [],
    "error": None,
}


@dataclass(frozen=True)
class Type:
    """One event type; `sample` is the `data` of its payload."""

    name: str
    meaning: str
    sample: dict[str, Any]


GROUPS: dict[str, list[Type]] = {
    "One product at a time": [
        Type("product.created", "A product was created, on a page or through the API.", _PRODUCT | {"version": 1}),
        Type(
            "product.updated",
            "A product was changed, on a page or through the API."
            " The event has the old and new values of the changed fields.",
            _PRODUCT | {"changes": {"price": {"old": "6.50", "new": "6.90"}}},
        ),
        Type(
            "product.deleted",
            "A product was deleted, on a page or through the API. The event has its last values.",
            _PRODUCT,
        ),
    ],
    "Many products at once": [
        Type(
            "products.changed",
            "Changes of an import or a bulk job, in batches of at most 100 products.",
            {
                "change_set_id": 17,
                "batch": 1,
                "cursor": "17-4712",
                "products": [
                    {"id": 4711, "sku": "TEA-001", "action": "created", "version": 1},
                    {"id": 4712, "sku": "CUP-114", "action": "updated", "version": 8},
                ],
            },
        )
    ],
    "Imports": [
        Type("import.completed", "An import was completed, or its undo was undone (then with redo_id).", _IMPORT),
        Type(
            "import.failed",
            "An import failed and changed nothing: its file, every row, or more rows than allowed were rejected,"
            " or an error stopped it.",
            _IMPORT
            | {
                "state": "failed",
                "outcome": None,
                "warnings": [],
                "created": 0,
                "updated": 0,
                "unchanged": 0,
                "error": "Line 4,102: a quote opens a cell here and is not closed.",
            },
        ),
        Type(
            "import.review",
            "An import waits for a person: for a review of its plan, or for an answer to questions about its file.",
            _IMPORT | {"state": "review", "error": "A review was requested."},
        ),
        Type("import.undone", "An import was undone.", _IMPORT | {"undo_id": 18}),
    ],
    "Webhooks": [
        Type(
            "webhook.disabled",
            "A webhook was disabled: its deliveries kept failing, or its receiver no longer exists (410).",
            {"id": 3, "description": "Search index", "reason": "failing", "failing_since": "2026-11-19T08:00:00+00:00"},
        )
    ],
}

TYPES: dict[str, Type] = {type_.name: type_ for types in GROUPS.values() for type_ in types}
WILDCARDS = {
    "product.*": "All three, and any that are added later.",
    "import.*": "All four, and any that are added later.",
}
NAMES = {*TYPES, *WILDCARDS}
