"""What a file does to the catalog: each SKU once, the last row wins, and every row is accounted for."""

import io
import operator
import unicodedata
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from psycopg2.extensions import connection as Connection
from sqlalchemy import select, text

from catalog import importer
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.models import SKU_CLEAN, ChangeSet, Import, Product, ProductChange, RowError, db
from tests.conftest import catalog, counts
from tests.support.examples import examples

Run = Callable[..., Import]


def test_last_row_of_a_sku_wins_ignoring_case(run_import: Run) -> None:
    row = run_import("sku,name\nab-1,First\nAB-1,Second\nx,Other\nAb-1,Third\n")
    assert counts(row) == {"rows": 4, "created": 2, "duplicates": 2}
    assert [product[:2] for product in catalog()] == [("Ab-1", "Third"), ("x", "Other")]


def test_a_rejected_row_never_wins(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,Good,1\na1,Bad,much\n")
    assert counts(row) == {"rows": 2, "created": 1, "rejected": 1}
    assert catalog()[0][:2] == ("A1", "Good")


def test_existing_products_are_overwritten_and_unchanged_ones_left_alone(run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Chair\n")
    before = {product.sku: product.id for product in db.session.scalars(select(Product))}
    row = run_import("sku,name\nA1,Lamp\na2,Armchair\nA3,Desk\n")
    after = {product.sku: product for product in db.session.scalars(select(Product))}
    assert counts(row) == {"rows": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert after["a2"].id == before["A2"] and after["a2"].version == 2
    assert (after["A1"].version, after["A1"].change_set_id) == (1, 1)


def test_same_file_again_writes_nothing(run_import: Run) -> None:
    file = "sku,name,description,price,active,colour\nA1,Lamp,x,1.10,yes,red\nA2,Chair,,,,\n"
    run_import(file)
    assert counts(run_import(file)) == {"rows": 2, "unchanged": 2}
    assert db.session.scalars(select(ProductChange)).all() == []


def test_the_change_set_keeps_what_changed_and_the_way_back(run_import: Run) -> None:
    run_import("sku,name,description,price\nA1,Lamp,old,1.50\n")
    row = run_import("sku,name,description,price\n\nA1,Lamp,new,2\n")
    change_set = db.session.get_one(ChangeSet, row.change_set_id)
    assert (change_set.kind, change_set.source, change_set.created, change_set.updated) == ("import", "page", 0, 1)
    change = db.session.scalars(select(ProductChange)).one()
    assert (change.action, change.fields) == ("updated", ["description", "price"])
    assert (change.description, change.price, change.name) == ("old", Decimal("1.50"), None)
    assert (change.line, change.previous_change_set_id, change.previous_line) == (3, 1, 2)


def test_products_know_where_they_came_from(run_import: Run) -> None:
    run_import('sku,name\nA1,"two\nlines"\nA2,Chair\n')
    products = db.session.scalars(select(Product).order_by(Product.sku)).all()
    assert [(p.created_change_set_id, p.created_line, p.source_line) for p in products] == [(1, 2, 2), (1, 4, 4)]


def test_what_new_products_get_is_a_choice_and_existing_ones_keep_theirs(run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\n", active=False)
    run_import("sku,name\nA1,Lamp 2\nA2,Chair\n", active=True)
    assert [(product[0], product[4]) for product in catalog()] == [("A1", False), ("A2", True)]


def test_a_column_active_is_used(run_import: Run) -> None:
    row = run_import("sku,name,active\nA1,Lamp,no\nA2,Chair,TRUE\nA3,Desk,\nA4,Bed,maybe\n", active=False)
    assert [(product[0], product[4]) for product in catalog()] == [("A1", False), ("A2", True), ("A3", False)]
    assert counts(row) == {"rows": 4, "created": 3, "rejected": 1}


@pytest.mark.parametrize(
    "blank, expected", [("clear", ("", None, {})), ("keep", ("old", Decimal(5), {"colour": "red"}))]
)
def test_what_an_empty_cell_does_is_a_choice(run_import: Run, blank: str, expected: tuple[object, ...]) -> None:
    run_import("sku,name,description,price,colour\nA1,Lamp,old,5,red\n")
    run_import("sku,name,description,price,colour\nA1,Lamp,,,\n", blank=blank)
    assert operator.itemgetter(2, 3, 5)(catalog()[0]) == expected


def test_an_absent_column_is_never_touched(run_import: Run) -> None:
    run_import("sku,name,description,price,active,colour\nA1,Lamp,old,5,no,red\n")
    run_import("sku,name,size\nA1,Lamp 2,XL\n")
    assert catalog() == [("A1", "Lamp 2", "old", Decimal(5), False, {"colour": "red", "size": "XL"})]


def test_other_columns_are_attributes_or_dropped_visibly(run_import: Run) -> None:
    file = "SKU,Name,tag,tag,,tag (2)\nA1,Lamp,x,y,z,w\n"
    kept, dropped = run_import(file), run_import(file.replace("A1", "A2"), extra="drop")
    assert [p[5] for p in catalog()] == [{"tag": "x", "tag (2)": "y", "column 5": "z", "tag (2) (2)": "w"}, {}]
    assert (kept.columns["SKU"], kept.columns["tag"], dropped.columns["tag"]) == ("sku", "attribute", "dropped")


def test_prices_keep_their_decimals_and_nonsense_is_rejected(run_import: Run) -> None:
    row = run_import('sku,name,price\nA1,a,1.10\nA2,a,.0000\nA3,a,"12,50"\nA4,a,-1\nA5,a,1E5\nA6,a, 7 \n')
    assert [str(product[3]) for product in catalog()] == ["1.10", "0.0000", "7"]
    errors = db.session.scalars(select(RowError).order_by(RowError.row)).all()
    assert {(e.code, e.column) for e in errors} == {("price_invalid", "price")}
    assert (
        errors[0].message == "Line 4, price: '12,50' is not a plain number; write it like 1234.50, without a currency."
    )
    assert row.rejected == 3


def test_rows_without_sku_or_name_are_rejected_and_empty_rows_are_blank(run_import: Run) -> None:
    row = run_import(
        "sku,name,description\n ,Lamp,x\nA2,\u00a0,x\n , ,\u2003\n,,\n\nsku,name,description\n" + "s" * 256 + ",x,x\n"
    )
    assert counts(row) == {"rows": 7, "rejected": 4, "blank": 3}
    codes = [error.code for error in db.session.scalars(select(RowError).order_by(RowError.row))]
    assert codes == ["sku_blank", "name_blank", "repeated_header", "sku_too_long"]


def test_an_update_without_names_keeps_them(run_import: Run) -> None:
    run_import("sku,name,price\nA1,Lamp,1\nA2,Chair,2\n")
    row = run_import("sku,price\nA1,5\nA2,2\nA3,7\n", mode="update")
    assert counts(row) == {"rows": 3, "updated": 1, "unchanged": 1, "skipped": 1}
    found = db.session.execute(select(Product.sku, Product.name, Product.price).order_by(Product.sku)).all()
    assert [(sku, name, int(price)) for sku, name, price in found] == [("A1", "Lamp", 5), ("A2", "Chair", 2)]


def test_every_rejected_row_is_kept(run_import: Run) -> None:
    row = run_import("sku,name\n" + ",x\n" * 30_000 + "A1,Lamp\n", columns={"sku": "sku"})
    assert counts(row) == {"rows": 30_001, "created": 1, "rejected": 30_000}
    assert db.session.scalar(text("SELECT count(*) FROM row_errors")) == 30_000


@pytest.mark.parametrize(
    "file, reason",
    [
        ("Lamp,Nice\nChair,Wide\n", "No column is called sku or name. The first line reads: 'Lamp', 'Nice'."),
        ("sku,colour\nA1,x\n", "No column is called name."),
        ('sku,name\nA1,"open\n', "Line 2: a quote opens a cell here and is not closed."),
        ("", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_understood_is_rejected_and_nothing_changes(
    run_import: Run, file: str, reason: str
) -> None:
    run_import("sku,name\nA0,Here\n")
    row = run_import(file)
    assert row.state == "failed" and reason in str(row.error)
    assert (row.created, row.updated, len(catalog())) == (0, 0, 1)


def test_a_header_alone_is_an_import_of_nothing(run_import: Run) -> None:
    row = run_import("sku,name\n")
    assert (row.state, row.percent, counts(row)) == ("completed", 100, {})


def test_one_column_may_be_sku_and_name(run_import: Run) -> None:
    row = run_import("sku\nA1\n\nA2\n", columns={"name": "sku"})
    assert counts(row) == {"rows": 3, "created": 2, "blank": 1}


def test_a_column_may_be_named_by_the_user(run_import: Run) -> None:
    run_import("part no;title\nA1;Lamp\n", columns={"sku": "Part No", "name": "title"})
    assert catalog()[0][:2] == ("A1", "Lamp")


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("İ", "i\u0307", False),  # lower() of pg_c_utf8 maps İ to i: the dotted pair stays apart
        ("ß", "SS", False),
        ("straße", "STRASSE", False),
        ("Σ", "σ", True),
        ("ς", "σ", False),
        ("\u212a", "k", True),  # the Kelvin sign is normalised to K
        ("a\u00a0", "A", True),
        ("\u3000a", "a", True),
        ("e\u0301", "É", True),
    ],
)
def test_who_is_the_same_sku(run_import: Run, one: str, other: str, same: bool) -> None:
    row = run_import(f"sku,name\n{one},x\n{other},y\n")
    assert row.duplicates == (1 if same else 0), counts(row)


@pytest.mark.parametrize(
    "left_out", [("Cs", "Cn", "Co"), pytest.param(("Cs",), marks=pytest.mark.long)], ids=["what has a meaning", "all"]
)
def test_white_space_and_nfc_are_one_definition_over_all_of_unicode(
    connection: Connection, left_out: tuple[str, ...]
) -> None:
    """Whatever surrounds a SKU, the database's check accepts what cleaning makes of it."""
    characters = [
        c for c in map(chr, range(1, 0x110000)) if unicodedata.category(c) not in left_out and c not in '",\r\n'
    ]
    assert {c for c in characters if c.isspace()} - set("\x1c\x1d\x1e\x1f") <= set(WHITE_SPACE)
    file = "sku,name\n" + "".join(f'"{c}{number:x}-{ord(c):x}{c}",x\n' for number, c in enumerate(characters))
    staged = importer.stage(io.BytesIO(file.encode()), connection, "scratch", importer.Options())
    assert (staged.rejected, staged.staged) == (0, len(characters))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sku FROM scratch_staging WHERE NOT ({SKU_CLEAN})")
        assert cursor.fetchall() == []
        cursor.execute("SELECT sku FROM scratch_staging")
        assert all(unicodedata.is_normalized("NFC", sku) for (sku,) in cursor)
    connection.rollback()


def test_blank_rows_do_not_shift_what_follows(run_import: Run) -> None:
    """Found by breaking: normalised SKUs went to the row above, because pandas aligned them by number."""
    file = "sku,name\n,\n\u00e91,n1\n,\ne\u03012,n2\n , \n\u00e93,n3\n"
    assert counts(run_import(file)) == {"rows": 6, "created": 3, "blank": 3}
    assert [p[:2] for p in catalog()] == [("\u00e91", "n1"), ("\u00e92", "n2"), ("\u00e93", "n3")]


ROWS = st.lists(
    st.just(("",) * 5)
    | st.tuples(
        st.sampled_from(["a", "A", "b", "B ", "ß", "", " ", "e\u0301", "É"]),
        st.sampled_from(["x", "y", "", " z"]),
        st.sampled_from(["", "1", "1.0", "-"]),
        st.sampled_from(["", "yes", "no", "perhaps"]),
        st.sampled_from(["", "red"]),
    ),
    max_size=25,
)


@settings(max_examples=examples(6, 25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 80))
def test_any_chunk_size_gives_the_same_table_and_no_row_is_lost(
    connection: Connection, files: list[list[tuple[str, ...]]], size: int
) -> None:
    assert outcome(connection, files, size) == outcome(connection, files, 4 * 1024**2)


def outcome(connection: Connection, files: list[list[tuple[str, ...]]], block_bytes: int) -> object:
    """The catalog and the counts after these files, in a transaction that is undone."""
    try:
        counted = [import_rows(connection, rows, block_bytes, number) for number, rows in enumerate(files, start=1)]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sku, name, price, active, attributes, version, source_line FROM products ORDER BY sku_key(sku)"
            )
            return counted, cursor.fetchall()
    finally:
        connection.rollback()


def import_rows(connection: Connection, rows: list[tuple[str, ...]], block_bytes: int, change_set_id: int) -> object:
    """Import rows, with every count checked against the others."""
    file = "sku,name,price,active,colour\n" + "".join(",".join(row) + "\n" for row in rows)
    options = importer.Options(columns={"sku": "sku"})  # whatever repeats or is blank
    staged = importer.stage(io.BytesIO(file.encode()), connection, "scratch", options, block_bytes=block_bytes)
    importer.verify(connection, "scratch", staged)
    planned = importer.make_plan(connection, "scratch", staged.columns, options)
    done = importer.apply(connection, "scratch", planned, change_set_id)
    created, updated = done.created, done.updated
    assert (created, updated) == (planned.created, planned.updated)
    assert staged.rows == created + updated + planned.unchanged + planned.duplicates + staged.rejected + staged.blank
    assert staged.rows == len(rows)
    return staged, planned
