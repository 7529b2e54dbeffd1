"""The product list."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import products

bp = Blueprint("products", __name__)

ACTIVE = {"true": True, "false": False}


@bp.get("/")
def home() -> ResponseReturnValue:
    """The products are what people come for."""
    return redirect(url_for("products.index"))


@bp.get("/products")
def index() -> ResponseReturnValue:
    """Products by SKU, searched and filtered; the URL says it all."""
    q, active = request.args.get("q", "").strip(), request.args.get("active", "")
    after, before = request.args.get("after", ""), request.args.get("before", "")
    page = products.search(q, ACTIVE.get(active), after=after, before=before)
    partial = request.headers.get("HX-Request-Type") == "partial"
    template = "products/_list.html" if partial else "products/index.html"
    return render_template(template, page=page, q=q, active=active), {
        "Vary": "HX-Request-Type"
    }
