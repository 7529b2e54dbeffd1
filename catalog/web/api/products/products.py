"""Products: list, create, change, delete, export."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for

from catalog.changes import change_json, origins
from catalog.products import BulkJob, Product, bulk_jobs, bulk_tasks, editing, exports, listing
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint, binary
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.products import bulk_schemas as jobs, product_schemas as schemas
from catalog.web.http import sending
from catalog.web.http.request_log import actor

bp = Blueprint("products", "/products", "What the shop sells.")


@bp.get("", scope="read")
@bp.arguments(schemas.ProductQuery, location="query")
@bp.response(200, schemas.ProductPage)
def index(asked: dict[str, Any]) -> listing.ProductPage:
    """List products, all or those that match a filter. Send `next_cursor` as `cursor` to get the next page."""
    cursor, limit, sort = (asked.pop(name) for name in ("cursor", "limit", "sort"))
    if cursor and not listing.is_cursor(cursor, sort):
        raise invalid("cursor", "This is not a valid cursor for this order.")
    return listing.page(listing.Filter.of(asked), sort, cursor, limit)


@bp.post("", problems=(409,), scope="write", audit="product created")
@bp.arguments(schemas.NewProduct)
@bp.response(201, schemas.Product)
def create(given: dict[str, Any]) -> tuple[Product, int, dict[str, str]]:
    """Create a product."""
    return _made(given)


@bp.delete("", scope="admin", audit="delete all")
@bp.arguments(schemas.Confirmation)
@bp.response(202, jobs.BulkJob)
def delete_all(_: dict[str, Any]) -> tuple[BulkJob, int, dict[str, str]]:
    """Delete all products, as a bulk job. You can undo it."""
    task = bulk_tasks.Task("delete_all")
    job = bulk_jobs.create(actor(), task)
    return job, 202, {"Location": url_for("api_bulk.show", job_id=job.id)}


@bp.get("/export.csv", scope="read")
@bp.arguments(schemas.ExportQuery, location="query")
@bp.response(200, {"type": "string"}, content_type="text/csv")
def export(asked: dict[str, Any]) -> Response:
    """Export products as CSV: all that match the filter, or those of `ids`. Importing the file changes nothing."""
    return _streamed(_pieces(asked), "text/csv")


@bp.get("/export.csv.gz", scope="read")
@bp.arguments(schemas.ExportQuery, location="query")
@bp.doc(**binary("application/gzip"))
def export_compressed(asked: dict[str, Any]) -> Response:
    """Export products as gzipped CSV, a tenth of the size."""
    return _streamed(exports.compressed(_pieces(asked)), "application/gzip")


def _pieces(asked: dict[str, Any]) -> Iterator[bytes]:
    ids = [int(number) for number in asked.pop("ids").split(",")] if "ids" in asked else None
    return exports.as_csv(listing.Filter.of(asked), ids)


def _streamed(pieces: Iterator[bytes], kind: str) -> Response:
    return sending.answer("exports", caller().user_id, pieces, kind)


@bp.get("/<product_id:product_id>", scope="read")
@bp.response(200, schemas.Product)
def show(product_id: int) -> tuple[Product, int, dict[str, str]]:
    """Get one product. Its ETag is the value for If-Match."""
    product = editing.found(product_id)
    return product, 200, _tag(product)


@bp.get("/<product_id:product_id>/history", scope="read")
@bp.response(200, change_json.ProductStory)
def history(product_id: int) -> origins.Story:
    """Get the source of each value of a product, and its history, newest first."""
    return origins.of_product(editing.found(product_id))


@bp.route(
    "/<product_id:product_id>",
    methods=["PATCH"],
    problems=(409, 412, 428),
    if_match=True,
    scope="write",
    audit="product changed",
)
@bp.arguments(schemas.ProductPatch)
@bp.response(200, schemas.Product)
def change(given: dict[str, Any], product_id: int) -> tuple[Product, int, dict[str, str]]:
    """Change the given fields, if the product still has this version."""
    return _changed(editing.found(product_id), given)


@bp.delete("/<product_id:product_id>", problems=(409, 412, 428), if_match=True, scope="write", audit="product deleted")
@bp.response(204)
def delete(product_id: int) -> Response:
    """Delete a product, if it still has this version."""
    product = editing.found(product_id)
    _check_version(product)
    editing.delete(actor(), product_id, product.version)
    return Response(status=204)


@bp.get("/by-sku/<sku:sku>", scope="read")
@bp.response(200, schemas.Product)
def show_by_sku(sku: str) -> tuple[Product, int, dict[str, str]]:
    """Get one product by its SKU. Upper and lower case make no difference.

    A slash in a SKU may be sent as it is or as %2F.
    """
    product = editing.by_sku(sku)
    if product is None:
        raise editing.Gone
    return product, 200, _tag(product)


@bp.route(
    "/by-sku/<sku:sku>",
    methods=["PUT"],
    problems=(409, 412, 428),
    may_match=True,
    scope="write",
    audit="product changed",
)
@bp.arguments(schemas.ProductPatch)
@bp.response(200, schemas.Product)
@bp.alt_response(201, schema=schemas.Product)
def put_by_sku(given: dict[str, Any], sku: str) -> tuple[Product, int, dict[str, str]]:
    """Create the product with this SKU, or change it.

    Without If-Match the product is created and needs a name. With If-Match the given fields are changed.
    """
    if not editing.is_same_sku(sku, given.get("sku", sku)):
        raise invalid("sku", "This is not the SKU in the URL. To change a SKU, use PATCH.")
    product = editing.by_sku(sku)
    if product:
        return _changed(product, given)
    if "If-Match" in request.headers:  # even an empty or invalid one: the client does not mean a new product
        raise Problem("stale", "No product has this SKU.")
    return _made({"sku": sku} | given)


def _made(given: dict[str, Any]) -> tuple[Product, int, dict[str, str]]:
    attributes = {k: v for k, v in given.pop("attributes", {}).items() if v is not None}
    product = editing.create(actor(), given | {"attributes": list(attributes.items())})
    return product, 201, _tag(product) | {"Location": f"{bp.url_prefix}/{product.id}"}


def _changed(product: Product, given: dict[str, Any]) -> tuple[Product, int, dict[str, str]]:
    """Change the given fields, and return the product. Raises Problem: if_match_required; editing.Stale."""
    _check_version(product)
    if "attributes" in given:
        given["attributes"] = _merged(product, given["attributes"])
    product = editing.update(actor(), product.id, product.version, given)
    return product, 200, _tag(product)


def _check_version(product: Product) -> None:
    """Check If-Match. Raises Problem: if_match_required; editing.Stale."""
    if not request.if_match:
        raise Problem("if_match_required", "Send the ETag that you read, or *.")
    if not request.if_match.contains(str(product.version)):
        raise editing.Stale(product)


def _merged(product: Product, given: dict[str, str | None]) -> list[tuple[str, str]]:
    """All text attributes after the change. null removes an attribute. Attributes that are not text stay."""
    texts = {k: v for k, v in product.attributes.items() if isinstance(v, str)}
    return [(k, v) for k, v in (texts | given).items() if v is not None]


def _tag(product: Product) -> dict[str, str]:
    return {"ETag": f'"{product.version}"'}
