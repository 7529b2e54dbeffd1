"""One product: view, create, change, duplicate and delete it. Each is a page, or the content of a dialog for htmx."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.changes import change_log, history, origins, recent
from catalog.importer import FIELDS, MOST_ATTRIBUTES
from catalog.products import Product, editing
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import number_asked, number_sent
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms.products import ProductForm

bp = Blueprint("product", __name__)

ATTRIBUTES_SHOWN = 100  # at first; a link shows the others
BLANK_PAIRS = 1  # empty lines for new attributes below the others


@bp.route("/products/new", methods=["GET", "POST"], role="editor", api="POST /products", audit="product created")
def new() -> ResponseReturnValue:
    """Create a product, or a copy of one (?from=)."""
    if request.method == "GET":
        return _form(None, _copied())
    typed = _typed()
    try:
        product = editing.create(actor(), typed)
    except editing.Invalid as error:
        return _form(None, typed, errors=error.errors), 422
    except editing.SkuTaken as error:
        return _form(None, typed, taken=error), 422
    except change_log.Busy as error:
        return _form(None, typed, busy=error), 409
    flash(f"{product.sku} was created.", f"undo:{product.change_set_id}")
    return redirects.go(url_for("product.show", product_id=product.id))


@bp.get("/products/<product_id:product_id>", role="viewer", api="GET /products/{product_id}/history")
def show(product_id: int) -> ResponseReturnValue:
    """Show a product and its history."""
    product = editing.found(product_id)
    most = MOST_ATTRIBUTES
    return render_template(
        "products/product/show.html",
        product=product,
        story=origins.of_product(product),
        shown=most if request.args.get("attributes") == "all" else ATTRIBUTES_SHOWN,
        most=most,
        longest=history.LONGEST,
    )


@bp.route(
    "/products/<product_id:product_id>/edit",
    methods=["GET", "POST"],
    role="editor",
    api="PATCH /products/{product_id}",
    audit="product changed",
)
def edit(product_id: int) -> ResponseReturnValue:
    """Change a product. If it has changed since the form was opened, the user chooses between both values."""
    product = editing.found(product_id)
    if request.method == "GET":
        return _form(product, _as_typed(product))
    typed, version = _typed(), number_sent("version") or 0
    try:
        saved = editing.update(actor(), product_id, version, typed)
    except editing.Stale as error:
        by = recent.author_of(error.current.change_set_id, current_user.id)
        return _form(error.current, typed, stale=_as_typed(error.current), by=by), 409
    except editing.Invalid as error:
        return _form(product, typed, version=version, errors=error.errors), 422
    except editing.SkuTaken as error:
        return _form(product, typed, version=version, taken=error), 422
    except change_log.Busy as error:
        return _form(product, typed, version=version, busy=error), 409
    if saved.version != version:
        flash(f"{saved.sku} was saved.", f"undo:{saved.change_set_id}")
    return redirects.go(url_for("product.show", product_id=product_id))


@bp.route(
    "/products/<product_id:product_id>/delete",
    methods=["GET", "POST"],
    role="editor",
    api="DELETE /products/{product_id}",
    audit="product deleted",
)
def delete(product_id: int) -> ResponseReturnValue:
    """Ask for confirmation, then delete the product, unless it has changed since it was shown."""
    product = editing.found(product_id)
    sku = product.sku
    if request.method == "GET":
        return render_template("products/product/delete.html", product=product)
    version = number_sent("version") or 0
    try:
        change_set_id = editing.delete(actor(), product_id, version)
    except editing.Stale as error:
        by = recent.author_of(error.current.change_set_id, current_user.id)
        return _ask_again(error.current, stale=True, by=by), 409
    except change_log.Busy as error:
        return _ask_again(editing.found(product_id), busy=error), 409
    flash(f"{sku} was deleted.", f"undo:{change_set_id}")
    return redirects.go(url_for("products.index"))


def _copied() -> dict[str, Any]:
    """The initial values of the form for a new product."""
    number = number_asked("from") or 0
    source = editing.get(number)
    return editing.copy_of(source) if source else dict(editing.BLANK)


def _typed() -> dict[str, Any]:
    """The values of the form as typed."""
    form = ProductForm()
    keys, values = request.form.getlist("key"), request.form.getlist("value")
    pairs = [pair for pair in zip(keys, values, strict=False) if any(pair)]
    return {name: form[name].data or "" for name in FIELDS} | {"attributes": pairs}


def _as_typed(product: Product) -> dict[str, Any]:
    return editing.copy_of(product) | {"sku": product.sku}


def _form(
    product: Product | None,
    typed: dict[str, Any],
    *,
    version: int | None = None,
    errors: dict[str, str] | None = None,
    **why: Any,
) -> str:
    """The form with the typed values. `why` says why they were not saved: taken, stale, busy."""
    data = {name: value for name, value in typed.items() if name != "attributes"}
    form = ProductForm(formdata=None, data=data)
    for name, message in (errors or {}).items():
        if name in form:
            form[name].errors = [message]
    if errors and "sku" not in errors and "taken" not in why:
        taken = editing.taken(typed["sku"], product)
        why |= {"taken": taken} if taken else {}
    if "taken" in why:
        form.sku.errors = [str(why["taken"])]
    if errors and "attributes" in errors:
        form.form_errors = [errors["attributes"]]
    return render_template(
        "products/product/_form.html" if redirects.is_partial() else "products/product/form.html",
        form=form,
        product=product,
        version=version or (product.version if product else None),
        pairs=[*typed["attributes"], *[("", "")] * BLANK_PAIRS],
        typed=typed,
        attributes_error=(errors or {}).get("attributes"),
        **why,
    )


def _ask_again(product: Product, **why: Any) -> str:
    return render_template("products/product/delete.html", product=product, **why)
