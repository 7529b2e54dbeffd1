"""JSON as a table: lines, arrays and envelopes of records, within limits."""

import io
import json
import zipfile
from typing import Any

import pytest

from catalog.importer import Options, Rejected, look, open_table

LAMP = {"sku": "J1", "name": "Lamp", "price": 12.5}
DESK = {"sku": "J2", "name": "Desk", "price": "99"}
TABLE = [["sku", "name", "price"], ["J1", "Lamp", "12.5"], ["J2", "Desk", "99"]]


def table(file: bytes | str) -> list[list[str]]:
    """The header and the rows."""
    opened = open_table(io.BytesIO(file if isinstance(file, bytes) else file.encode()), Options())
    return [list(opened.header), *(cells for part in opened.chunks() for _, _, cells in part.rows)]


def one(record: dict[str, Any]) -> dict[str, str]:
    """A record as the cells of its row."""
    header, row = table(json.dumps([record]))
    return dict(zip(header, row, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(LAMP)}\n{json.dumps(DESK)}\n",
        f"{json.dumps(LAMP)}\r\n\r\n{json.dumps(DESK)}",
        json.dumps([LAMP, DESK]),
        json.dumps([LAMP, DESK], indent=4),
        json.dumps({"total": 2, "products": [LAMP, DESK], "skip": 0}),
        json.dumps({"data": {"products": [LAMP, DESK]}}),
        json.dumps(TABLE),
    ],
)
def test_lines_arrays_and_envelopes_are_the_same_table(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert table(text.encode(encoding)) == TABLE


def test_it_is_known_in_archives_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("products.json", json.dumps([LAMP, DESK]))
    assert table(packed.getvalue()) == TABLE


def test_nested_objects_become_dotted_names() -> None:
    found = one({"sku": "A", "size": {"w": 1, "box": {"h": 2.50}}, "tags": ["a", "b"], "ok": True, "none": None})
    assert found == {"sku": "A", "size.w": "1", "size.box.h": "2.5", "tags": "a, b", "ok": "true", "none": ""}
    assert one({"sku": "A", "more": [{"attribute_code": "colour", "value": "red"}]})["more.colour"] == "red"
    assert one({"sku": "A", "images": [{"src": "x"}]})["images"] == '[{"src": "x"}]'


def test_numbers_stay_as_they_are_written() -> None:
    assert table('[{"sku": 12345678901234567890}]')[1][0] == "12345678901234567890"
    assert table('[{"sku": "A", "price": 12.50}]')[1][1] == "12.50"


def test_variants_with_skus_are_rows_of_their_own() -> None:
    tee = {"id": 1, "title": "Tee", "variants": [{"sku": "T-S", "price": "20.00"}, {"sku": "T-M", "price": "22.00"}]}
    seen = look(io.BytesIO(json.dumps({"products": [tee]}).encode()), Options())
    assert seen.columns and seen.columns.called() == {"sku": "variant.sku", "name": "title", "price": "variant.price"}
    assert seen.rows == [["1", "Tee", "T-S", "20.00"], ["1", "Tee", "T-M", "22.00"]]


@pytest.mark.parametrize("product", [{}, {"sku": "TEE"}])
@pytest.mark.parametrize("blank", [{}, {"sku": ""}, {"sku": None}])
def test_a_variant_without_a_sku_is_rejected_beside_its_siblings(
    product: dict[str, Any], blank: dict[str, Any]
) -> None:
    """The SKU of the product is not that of its variants."""
    tee = {"title": "Tee", **product, "variants": [{"sku": "T-S", "price": "20.00"}, {**blank, "price": "22.00"}]}
    file = io.BytesIO(json.dumps([tee]).encode())
    seen = look(file, Options(columns={"sku": "variant.sku"} if product else {}))
    assert (seen.problem, seen.verdict.ready, seen.verdict.reasons) == ("", 1, {"sku_blank": 1})


@pytest.mark.parametrize("master, variant", [({"sku": "M"}, {}), ({}, {"sku": "V"})])
def test_a_first_variant_counts_among_the_others(master: dict[str, str], variant: dict[str, str]) -> None:
    sold = {"name": "Tee", "masterVariant": {"price": 1, **master}, "variants": [{"price": 2, **variant}]}
    seen = look(io.BytesIO(json.dumps([sold]).encode()), Options())
    assert (seen.verdict.ready, seen.verdict.reasons) == (1, {"sku_blank": 1})


@pytest.mark.parametrize(
    "key, value",
    [
        ("related", [{"sku": "A"}, {"id": 2}]),
        ("variants", [{"sku": "A"}, "B"]),
        ("variants", [{"id": 1}, {"id": 2}]),
        ("masterVariant", {"id": 1}),
    ],
)
def test_other_lists_stay_in_the_row_of_their_record(key: str, value: Any) -> None:
    header, *found = table(json.dumps([{**LAMP, key: value}]))
    assert header[:3] == TABLE[0] and header[3].startswith(key) and [row[:3] for row in found] == [TABLE[1]]


def test_a_bulk_export_of_shopify_has_its_variants_below_their_products() -> None:
    product = "gid://shopify/Product/"
    lines = [
        {"id": f"{product}1", "title": "Apron"},
        {
            "id": "gid://shopify/ProductVariant/5",
            "title": "S",
            "sku": "AP-S",
            "price": "38.00",
            "__parentId": f"{product}1",
        },
        {"id": "gid://shopify/ProductImage/6", "src": "a.jpg", "__parentId": f"{product}1"},
        {
            "id": "gid://shopify/ProductVariant/7",
            "title": "M",
            "sku": "",
            "price": "38.00",
            "__parentId": f"{product}1",
        },
        {"id": f"{product}2", "title": "Board"},
        {"id": f"{product}3", "title": "Hook", "sku": "HK"},
    ]
    seen = look(io.BytesIO("\n".join(map(json.dumps, lines)).encode()), Options(columns={"sku": "variant.sku"}))
    assert seen.columns and seen.columns.called() == {"sku": "variant.sku", "name": "title", "price": "variant.price"}
    at = [seen.names.index(name) for name in ("title", "variant.sku", "variant.title")]
    assert [[row[place] for place in at] for row in seen.rows] == [
        ["Apron", "AP-S", "S"],
        ["", "", ""],
        ["Apron", "", "M"],
        ["Board", "", ""],
        ["Hook", "", ""],
    ]


def test_keys_may_come_late_and_records_span_blocks() -> None:
    records: list[dict[str, Any]] = [{"sku": f"A{n}", "name": "x" * 5_000} for n in range(200)]
    found = table(json.dumps([*records, {"late": "y"}]))
    assert found[0] == ["sku", "name", "late"] and len(found) == 202 and found[-1] == ["", "", "y"]


@pytest.mark.parametrize(
    "text, why",
    [
        ('{"sku": "A"}\n{"sku": "B" "name": "x"}', "Record 2 of the JSON is not JSON: Expecting ','"),
        ('[{"sku": "A"}, {"sku": "B', "ends too early, after record 1"),
        ('[{"sku": "A"}, {"sku": "B"}', "ends too early"),
        ('[{"sku": "A"}, 5]', "Record 2 of the JSON is not an object"),
        ('[{"sku": "A", "x": ' + '{"a":' * 40 + "1" + "}" * 42 + "]", "deeper than 32 objects"),
        ('[{"sku": "A", "x": ' + "[" * 5_000 + "]" * 5_000 + "}]", "nested too deeply"),
        (json.dumps([{f"k{n}": 1} for n in range(1_001)]), "more than 1,000 keys"),
        ('[{"sku": "' + "x" * 17 * 1024**2, "does not end within 16 MiB"),
    ],
)
def test_what_is_broken_or_too_much_is_rejected_with_its_record(text: str, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        table(text)


def test_a_value_of_more_than_a_mebibyte_rejects_its_row() -> None:
    text = json.dumps([LAMP, {"sku": "B", "name": "x" * (1024**2 + 1)}])
    opened = open_table(io.BytesIO(text.encode()), Options())
    (part,) = opened.chunks()
    assert [error.code for error in part.errors] == ["cell_too_long"] and len(part.rows) == 1
    assert part.errors[0].line == 2 and part.errors[0].message.startswith("Row 2: ")


def test_the_beginning_of_a_document_can_be_looked_at() -> None:
    text = json.dumps([LAMP] * 50).encode()
    for end in range(400, 412):
        seen = look(io.BytesIO(text[:end]), Options(), whole=False)
        assert seen.problem == "" and seen.rows[0] == ["J1", "Lamp", "12.5"]
    assert seen.understood and seen.understood.format == "json"
