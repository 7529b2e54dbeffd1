"""The product list, and editing a product in its row."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from flask import (
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.changes import change_log, recent
from catalog.products import Product, editing, listing
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import current_settings, number_asked, number_sent
from catalog.web.http.routes import PAGE_ONLY, Blueprint
from catalog.web.rendering import filters

bp = Blueprint("products", __name__)

EDITABLE = ("sku", "name", "description", "price")
VARY = {"Vary": "HX-Request-Type"}


@bp.get("/", role="viewer", api=PAGE_ONLY)
def home() -> ResponseReturnValue:
    """Redirect from the start page to the products."""
    return redirect(url_for("products.index"))


@bp.get("/products", role="viewer", api="GET /products")
def index() -> ResponseReturnValue:
    """List products. The URL has search, filter and order."""
    asked, sort = listing.Filter.of(request.args), _sort()
    page = listing.page(asked, sort, request.args.get("cursor", ""))
    matches, exact = page.matches, page.exact
    if request.args.get("count") == "exact":
        matches, exact = listing.count(asked), True
    here = _links(asked, sort)
    answer = render_template(
        "products/list/_list.html" if redirects.is_partial() else "products/list/index.html",
        page=page,
        matches=matches,
        exact=exact,
        asked=asked,
        sort=sort,
        words=_words(asked),
        here=here,
        seen=recent.newest(),
        changed_in=recent.title(asked.change_set) if asked.change_set else "",
        max_upload_bytes=current_settings().max_upload_bytes,
    )
    headers = {"HX-Push-Url": here(cursor=request.args.get("cursor"))}
    return answer, VARY | (headers if redirects.is_partial() else {})


@bp.get("/products/count", role="viewer", api="GET /products")
def count() -> ResponseReturnValue:
    """Count the products that match: the line above the list."""
    asked = listing.Filter.of(request.args)
    if not redirects.is_partial():
        return redirect(_links(asked, _sort())(count="exact"))
    answer = render_template(
        "products/list/_count.html", asked=asked, matches=listing.count(asked), exact=True, total=editing.count()
    )
    return answer, VARY


@bp.get("/products/news", role="viewer", api="GET /changes", polled=True)
def whats_new() -> ResponseReturnValue:
    """The changes of other users since the list was rendered. 204 if there are none, which is usual."""
    seen = number_asked("since")
    found = None if seen is None else recent.since(seen, current_user.id)
    if found is None:
        return "", 204
    here = _links(listing.Filter.of(request.args), _sort())
    return render_template("products/list/_news.html", news=found, here=here)


@bp.get("/products/<product_id:product_id>/row", role="viewer", api="GET /products/{product_id}")
def row(product_id: int) -> ResponseReturnValue:
    """One row of the list with current values."""
    return _row(_found(product_id))


@bp.get("/products/<product_id:product_id>/row/edit", role="editor", api=PAGE_ONLY)
def edit_row(product_id: int) -> ResponseReturnValue:
    """One row of the list as a form."""
    product = _found(product_id)
    if not redirects.is_partial():
        return redirect(url_for("product.show", product_id=product_id))
    return _row_form(product, _as_typed(product))


@bp.post(
    "/products/<product_id:product_id>/row", role="editor", api="PATCH /products/{product_id}", audit="product changed"
)
def save_row(product_id: int) -> ResponseReturnValue:
    """Save the form of a row. On an error, the row shows the reason and keeps the input."""
    typed = {name: request.form[name] for name in EDITABLE if name in request.form}
    try:
        product = _update(product_id, typed)
    except editing.Invalid as error:
        return _wrong_row(_found(product_id), typed, error.errors), 422
    except editing.SkuTaken as error:
        return _row_form(_found(product_id), typed, taken=True, other=error.other), 422
    except editing.Stale as error:
        return _row_form(error.current, _rebased(typed, error.current), stale=True, by=_author(error)), 409
    except change_log.Busy as error:
        return _row_form(_found(product_id), typed, busy=str(error)), 409
    if product.version != _version():
        flash(f"{product.sku} was saved.", f"undo:{product.change_set_id}")
    return _row(product)


@bp.post(
    "/products/<product_id:product_id>/active",
    role="editor",
    api="PATCH /products/{product_id}",
    audit="product changed",
)
def switch(product_id: int) -> ResponseReturnValue:
    """Make a product active or inactive. The response is its row."""
    try:
        return _row(_update(product_id, {"active": request.form.get("active", "")}))
    except editing.Stale as error:
        by = _author(error)
        flash(f"{by.name} changed {error.current.sku}{by.how} in the meantime. Check the current values.", "error")
        return _row(error.current, 409)
    except change_log.Busy as error:
        flash(f"{error} Try again in a moment.", "error")
        return _row(_found(product_id), 409)


def _update(product_id: int, fields: dict[str, str]) -> Product:
    try:
        return editing.update(actor(), product_id, _version(), fields)
    except editing.Gone:
        abort(_gone())


def _author(error: editing.Stale) -> recent.Author:
    """Who saved the product in the meantime."""
    return recent.author_of(error.current.change_set_id, current_user.id)


def _version() -> int:
    """The version of the product when the form was rendered."""
    return number_sent("version") or 0


def _found(product_id: int) -> Product:
    """The product. 404 if it does not exist."""
    return editing.get(product_id) or abort(_gone())


def _gone() -> Response:
    """The response for a deleted product: in a list, a row that says so."""
    if not redirects.is_partial():
        abort(404)
    return make_response(render_template("products/list/_row_gone.html"), 404)


def _row(product: Product, code: int = 200) -> ResponseReturnValue:
    """The row alone. Without JavaScript, a redirect to the list."""
    if not redirects.is_partial():
        return redirect(redirects.came_from_list() or url_for("products.index"), 303)
    words = _words(listing.Filter.of(_query_of_the_page()))
    return render_template("products/list/_rows.html", rows=[product], words=words), code


def _row_form(product: Product, typed: dict[str, str], **why: Any) -> str:
    """The row as a form. `why` says why it was not saved: errors, taken, stale, busy."""
    return render_template("products/list/_row_edit.html", product=product, typed=typed, **why)


def _wrong_row(product: Product, typed: dict[str, str], errors: dict[str, str]) -> str:
    """The row as a form with all errors, including that another product has the SKU."""
    taken = None if "sku" in errors else editing.taken(typed.get("sku", ""), product)
    other = taken.other if taken else None
    return _row_form(product, typed, errors=errors, taken=bool(taken), other=other)


def _as_typed(product: Product) -> dict[str, str]:
    """The values of a product for a form."""
    price = "" if product.price is None else f"{product.price:f}"
    return {name: str(getattr(product, name)) for name in EDITABLE} | {"price": price}


def _rebased(typed: dict[str, str], current: Product) -> dict[str, str]:
    """The typed values on top of the current ones: fields that the user did not change get their current value."""
    now = _as_typed(current)
    drawn = {name: request.form.get(f"drawn-{name}") for name in typed}
    return {name: now[name] if filters.fingerprint(value) == drawn[name] else value for name, value in typed.items()}


def _links(asked: listing.Filter, sort: str) -> Callable[..., str]:
    """A function for URLs of this list with changes: `here(sort="name")` is its first page in another order."""
    arguments: dict[str, Any] = asked.arguments()
    if sort != listing.SORTS[0]:
        arguments["sort"] = sort
    return lambda **changes: url_for("products.index", **(arguments | changes))


def _words(asked: listing.Filter) -> dict[str, list[str]]:
    """The words to mark in each field."""
    fields = ("sku", "name", "description")
    return {name: f"{asked.q} {getattr(asked, name)}".split() for name in fields}


def _query_of_the_page() -> dict[str, str]:
    """The query arguments of the page from which htmx sent this request."""
    query = request.headers.get("HX-Current-URL", "").partition("?")[2]
    return {name: values[0] for name, values in parse_qs(query).items()}


def _sort() -> str:
    sort = request.args.get("sort", "")
    return sort if sort in listing.SORTS else listing.SORTS[0]
