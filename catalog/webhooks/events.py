"""The events that Catalog tells outsiders of: their names, what they mean, and a sample of each payload."""

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
            "message": "The same SKU in several rows: the last one wins.",
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
    "Products, by hand and through the API": [
        Type("product.created", "A product was made by hand.", _PRODUCT | {"version": 1}),
        Type(
            "product.updated",
            "A product was changed by hand; old and new values of the changed fields.",
            _PRODUCT | {"changes": {"price": {"old": "6.50", "new": "6.90"}}},
        ),
        Type("product.deleted", "A product was deleted by hand; what it was.", _PRODUCT),
    ],
    "Products, many at once": [
        Type(
            "products.changed",
            "What an import or a bulk job did, in batches of at most 100 products.",
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
        Type("import.completed", "An import is done, or its undo was taken back (then with redo_id).", _IMPORT),
        Type(
            "import.failed",
            "An import ended without a change: the file could not be taken, or every row was rejected (outcome none).",
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
            "An import waits for a person: with its plan, or with questions that its file leaves open.",
            _IMPORT | {"state": "review", "error": "A person asked to see the plan first."},
        ),
        Type("import.undone", "An import was taken back.", _IMPORT | {"undo_id": 18}),
    ],
    "Webhooks": [
        Type(
            "webhook.disabled",
            "A webhook was switched off because nothing arrived any more.",
            {"id": 3, "description": "Search index", "reason": "failing", "failing_since": "2026-11-19T08:00:00+00:00"},
        )
    ],
}

TYPES: dict[str, Type] = {type_.name: type_ for types in GROUPS.values() for type_ in types}
WILDCARDS = {
    "product.*": "All three, and what may be added to them.",
    "import.*": "All four, and what may be added to them.",
}
NAMES = {*TYPES, *WILDCARDS}
