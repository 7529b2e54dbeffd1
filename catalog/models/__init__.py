"""The tables, each column with its reason. Operations on a row are in the room of its subject.

No behaviour except `find` and `Page` (a part of a long list). Timestamps are aware and UTC. Counts are named as in the
glossary and are the same wherever they are shown.
"""

from catalog.models.api import ApiToken, IdempotencyKey
from catalog.models.base import (
    EXPORTS,
    SEALED,
    SECOND_FACTORS,
    SOURCE_URLS,
    WEBHOOK_SECRETS,
    Base,
    cursor_of,
    db,
)
from catalog.models.bulk import BulkJob
from catalog.models.by_id import NotFound, find
from catalog.models.changes import ChangeSet, ProductChange
from catalog.models.import_templates import ImportTemplate
from catalog.models.imports import (
    ABSENT_COUNTS,
    ACTIVE_STATES,
    COUNTS,
    END_STATES,
    Import,
    ImportEvent,
    RowCorrection,
    RowError,
)
from catalog.models.page import Page
from catalog.models.people import ROLES, AuditEvent, LoginAttempt, RecoveryCode, User, UserSession
from catalog.models.products import CatalogTotal, Product
from catalog.models.search import SearchBlock, SearchBuild, SearchOrder, SearchPosting, SearchSegment
from catalog.models.sku_key import SKU_CLEAN, SKU_KEY, WHITE_SPACE
from catalog.models.sources import OUTCOMES, PAUSES, ImportSource, ImportSourceRun
from catalog.models.storage import StoredFile, StoredPart
from catalog.models.uploads import PartialUpload
from catalog.models.webhooks import SORTED_ID, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent

__all__ = [
    "ABSENT_COUNTS",
    "ACTIVE_STATES",
    "COUNTS",
    "END_STATES",
    "EXPORTS",
    "OUTCOMES",
    "PAUSES",
    "ROLES",
    "SEALED",
    "SECOND_FACTORS",
    "SKU_CLEAN",
    "SKU_KEY",
    "SORTED_ID",
    "SOURCE_URLS",
    "WEBHOOK_SECRETS",
    "WHITE_SPACE",
    "ApiToken",
    "AuditEvent",
    "Base",
    "BulkJob",
    "CatalogTotal",
    "ChangeSet",
    "IdempotencyKey",
    "Import",
    "ImportEvent",
    "ImportSource",
    "ImportSourceRun",
    "ImportTemplate",
    "LoginAttempt",
    "NotFound",
    "Page",
    "PartialUpload",
    "Product",
    "ProductChange",
    "RecoveryCode",
    "RowCorrection",
    "RowError",
    "SearchBlock",
    "SearchBuild",
    "SearchOrder",
    "SearchPosting",
    "SearchSegment",
    "StoredFile",
    "StoredPart",
    "User",
    "UserSession",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "cursor_of",
    "db",
    "find",
]
