"""Read the change log: what changed, when and by whom, with old and new values. `log` writes it, `undo` undoes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, TextClause, bindparam, select, text, tuple_

from catalog import importer
from catalog.changes.entries import ChangedProduct, ChangeSetEntry, Source, Step
from catalog.models import BulkJob, ChangeSet, Import, NotFound, Page, Product, ProductChange, db

PAGE = 50
LONGEST = 200  # changes of one product that its history shows
READ = [Import.understood[name] for name in ("how", "format", "members")]
KINDS = ("import", "create", "edit", "delete", "bulk", "delete_all", "undo")

Key = tuple[int, int]  # change set and product

# Back through the primary key, from what changed a product last.
CHAIN = text("""
WITH RECURSIVE chain AS (
    SELECT CAST(:start AS integer) AS at, 0 AS depth
    UNION ALL
    SELECT log.previous_change_set_id, depth + 1
    FROM chain JOIN product_changes AS log ON log.change_set_id = chain.at AND log.product_id = :product_id
    WHERE depth < :longest
)
SELECT at, CAST(:product_id AS bigint) FROM chain
""")
# Later changes of some products. A deleted product has no row that says what changed it last.
LATER = text("""
WITH RECURSIVE asked AS (
    SELECT unnest(CAST(:ids AS bigint[])) AS product_id
), chain AS (
    SELECT asked.product_id, coalesce(product.change_set_id, (
        SELECT max(gone.change_set_id)
        FROM (SELECT id FROM change_sets WHERE id > :id AND deleted > 0 ORDER BY id DESC LIMIT 200) AS recent
        JOIN product_changes AS gone ON gone.change_set_id = recent.id AND gone.product_id = asked.product_id
        WHERE gone.action = 'deleted'
    )) AS at
    FROM asked LEFT JOIN products AS product ON product.id = asked.product_id
    UNION ALL
    SELECT chain.product_id, log.previous_change_set_id
    FROM chain JOIN product_changes AS log ON log.change_set_id = chain.at AND log.product_id = chain.product_id
    WHERE chain.at > :id
)
SELECT at, product_id FROM chain WHERE at > :id
""")
MEMBERS = text("""
(
    SELECT product_id FROM product_changes WHERE change_set_id = :id AND product_id > :after
    ORDER BY product_id LIMIT :limit
) UNION ALL (
    SELECT id FROM products WHERE id BETWEEN :first AND :last AND id > :after AND created_change_set_id = :id
    ORDER BY id LIMIT :limit
)
ORDER BY 1 LIMIT :limit
""").bindparams(bindparam("after", type_=BigInteger))


def list_(before: int | None = None, kind: str = "") -> Page[ChangeSetEntry]:
    """A page of change sets with numbers below `before`, newest first; of one kind if it is one of KINDS."""
    query = select(ChangeSet).order_by(ChangeSet.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(ChangeSet.id < before)
    if kind in KINDS:
        query = query.where(ChangeSet.kind == kind)
    page = Page.of(db.session.scalars(query).all(), PAGE, lambda row: row.id)
    return Page(_entries(page.rows), page.next_cursor)


def get(change_set_id: int) -> ChangeSetEntry | None:
    """One change set."""
    found = db.session.get(ChangeSet, change_set_id, populate_existing=True)
    return _entries([found])[0] if found else None


def found(change_set_id: int) -> ChangeSetEntry:
    """One change set. Raises NotFound."""
    entry = get(change_set_id)
    if entry is None:
        raise NotFound("change")
    return entry


def of_change_set(entry: ChangeSetEntry, after: int = 0) -> Page[ChangedProduct]:
    """The products that a change set created, changed or removed, with ids above `after`: old and new values."""
    change_set = entry.change_set
    values = {
        "id": change_set.id,
        "after": after,
        "limit": PAGE + 1,
        "first": change_set.first_product_id,
        "last": change_set.last_product_id,
    }
    page = Page[int].of(db.session.execute(MEMBERS, values).scalars().all(), PAGE, int)
    shown = page.rows
    there = _products(shown)
    rows = _rows((change_set.id, product_id) for product_id in shown)
    later = _later(change_set.id, shown)
    changed = [_changed(entry, i, rows.get((change_set.id, i)), later[i], there.get(i)) for i in shown]
    return Page(changed, page.next_cursor)


def of_product(product: Product) -> list[ChangedProduct]:
    """All changes of a product, newest first, back to its creation (at most LONGEST changes)."""
    here = {"start": product.change_set_id, "product_id": product.id}
    keys = _keys(CHAIN, here | {"longest": LONGEST})
    rows = _rows(keys)
    entry = {t.change_set.id: t for t in _entries(_change_sets(at for at, _ in keys))}
    later: list[ProductChange] = []
    history: list[ChangedProduct] = []
    for key in keys:
        if key[0] in entry:
            row = rows.get(key)
            history.append(_changed(entry[key[0]], product.id, row, later, product))
            later = [row, *later] if row else later
    return history


def _changed(
    entry: ChangeSetEntry,
    product_id: int,
    row: ProductChange | None,
    later: Sequence[ProductChange],
    product: Product | None,
) -> ChangedProduct:
    """One change: its row in the log (None: it created the product), and later changes, oldest first."""
    born = product is None or product.created_change_set_id == entry.change_set.id
    action = row.action if row else "created" if born else "updated"  # pruned
    if row and action == "deleted":
        sku, name = row.sku, row.name
    else:
        sku, name = (_after(field, later, product)[1] for field in ("sku", "name"))
    line = row.line if row else product.created_line if product else None
    member, line = importer.placed(entry.source.understood.get("members", ()), line) if line else ("", line)
    return ChangedProduct(
        entry=entry,
        product_id=product_id,
        sku=sku or "",
        name=name or "",
        exists=product is not None,
        action=action,
        line=line,
        steps=_all_steps(row, later, product) if row and action == "updated" else [],
        member=member,
        unit=importer.unit_of(entry.source.understood, member),
    )


def _all_steps(row: ProductChange, later: Sequence[ProductChange], product: Product | None) -> list[Step]:
    steps: list[Step] = []
    for field in (field for field in importer.COLUMNS if field in row.fields):
        known, new = _after(field, later, product)
        steps += _steps(field, getattr(row, field), new, known)
    return steps


def _after(field: str, later: Sequence[ProductChange], product: Product | None) -> tuple[bool, Any]:
    """Whether a field's value after a change is known, and the value: that of its next change, else the current one."""
    for row in later:
        if field in row.fields:
            return True, getattr(row, field)
    return product is not None, getattr(product, field, None)


def _steps(field: str, old: Any, new: Any, known: bool) -> list[Step]:
    """Each attribute is a step of its own."""
    if field != "attributes" or not known:
        return [Step(field, old, new, known)]
    keys = sorted({*old, *new})
    return [Step(key, old.get(key), new.get(key), is_attribute=True) for key in keys if old.get(key) != new.get(key)]


def _later(change_set_id: int, ids: list[int]) -> dict[int, list[ProductChange]]:
    keys = _keys(LATER, {"id": change_set_id, "ids": ids})
    rows = _rows(keys)
    later: dict[int, list[ProductChange]] = {product_id: [] for product_id in ids}
    for key in sorted(rows):
        later[key[1]].append(rows[key])
    return later


def _keys(statement: TextClause, values: dict[str, Any]) -> list[Key]:
    return [(at, i) for at, i in db.session.execute(statement, values)]


def _rows(keys: Iterable[Key]) -> dict[Key, ProductChange]:
    key = tuple_(ProductChange.change_set_id, ProductChange.product_id)
    found = db.session.scalars(select(ProductChange).where(key.in_(list(keys))))
    return {(row.change_set_id, row.product_id): row for row in found}


def _products(ids: Iterable[int]) -> dict[int, Product]:
    found = db.session.scalars(select(Product).where(Product.id.in_(list(ids))))
    return {product.id: product for product in found}


def _change_sets(ids: Iterable[int]) -> list[ChangeSet]:
    query = select(ChangeSet).where(ChangeSet.id.in_(list(ids)))
    return list(db.session.scalars(query))


def _entries(found: Sequence[ChangeSet]) -> list[ChangeSetEntry]:
    ids = [change_set.id for change_set in found]
    imported = select(ChangeSet.id, Import.id, Import.filename, *READ).join(Import, Import.id == ChangeSet.import_id)
    sources: dict[int | None, Source] = {
        at: Source(row_id, filename, understood={"how": how, "format": form, "members": members or ()})
        for at, row_id, filename, how, form, members in db.session.execute(imported.where(ChangeSet.id.in_(ids)))
    }
    jobs = select(BulkJob).where(BulkJob.change_set_id.in_(ids))
    sources |= {job.change_set_id: Source(job=job) for job in db.session.scalars(jobs)}
    products = _of_hand(found)
    return [ChangeSetEntry(each, sources.get(each.id, Source()), products.get(each.id)) for each in found]


def _of_hand(found: Sequence[ChangeSet]) -> dict[int, tuple[int, str]]:
    """Change set -> the one product that a user created, edited or deleted by hand in it."""
    created = {c.first_product_id: c.id for c in found if c.kind == "create"}
    edited = [c.id for c in found if c.kind in ("edit", "delete")]
    query = (
        select(ProductChange.change_set_id, ProductChange.product_id, ProductChange.sku, Product.sku)
        .outerjoin(Product, Product.id == ProductChange.product_id)
        .where(ProductChange.change_set_id.in_(edited))
    )
    products = {at: (product_id, now or old or "") for at, product_id, old, now in db.session.execute(query)}
    for product_id, product in _products(i for i in created if i).items():
        if product.created_change_set_id == created[product_id]:
            products[created[product_id]] = (product_id, product.sku)
    return products
