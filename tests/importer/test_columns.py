"""Columns are found under the names that suppliers and shop systems give them, and nothing is taken in silence."""

import io
from collections.abc import Callable

import pytest

from catalog.importer import FIELDS, Options, Rejected
from catalog.importer.columns import aliases
from catalog.importer.opening.open import open_file
from catalog.importer.values.yes_no import NO, YES
from catalog.models import Import
from tests.conftest import catalog, counts

Run = Callable[..., Import]


def taken(header: str, **options: object) -> dict[str, str]:
    """Field -> name of the column that is taken."""
    columns = open_file(io.BytesIO(header.encode()), Options(**options)).columns
    return {field: columns.names[at] for field, at in columns.fields.items()}


@pytest.mark.parametrize(
    "header, sku, name, price",
    [
        ("Handle,Title,Body (HTML),Variant SKU,Variant Price", "Variant SKU", "Title", "Variant Price"),
        ("Handle,Title", "Handle", "Title", None),
        ("ID,Type,SKU,Name,Sale price,Regular price", "SKU", "Name", "Regular price"),
        ("UGS;Nom;Tarif régulier", "UGS", "Nom", "Tarif régulier"),
        ("Codice Prodotto;Nome;Prezzo", "Codice Prodotto", "Nome", "Prezzo"),
        ("Artikelnummer;Bezeichnung;Preis", "Artikelnummer", "Bezeichnung", "Preis"),
        ("ART.-NR.;ARTIKELBEZEICHNUNG;VK-PREIS", "ART.-NR.", "ARTIKELBEZEICHNUNG", "VK-PREIS"),
        ("Артикул;Название;Цена", "Артикул", "Название", "Цена"),
        ("商品コード,商品名,価格", "商品コード", "商品名", "価格"),
        ("part_num,name,part_cat_id", "part_num", "name", None),
        ("ISBN,Title,Author", "ISBN", "Title", None),
        ("EAN|Nombre|Precio", "EAN", "Nombre", "Precio"),
        ("ＳＫＵ\tNAME\tprix", "ＳＫＵ", "NAME", "prix"),
    ],
)
def test_columns_are_known_by_many_names(header: str, sku: str, name: str, price: str | None) -> None:
    found = taken(header)
    assert (found["sku"], found["name"], found.get("price")) == (sku, name, price)


def test_our_own_name_comes_before_any_alias_and_a_choice_before_both() -> None:
    header = "Artikelnummer,sku,title,name,EAN"
    assert taken(header) == {"sku": "sku", "name": "name"}
    chosen = taken(header, columns={"sku": "EAN", "name": "3"})
    assert chosen == {"sku": "EAN", "name": "title"}


def test_a_field_can_be_left_without_a_column() -> None:
    assert taken("sku,name,preis", columns={"price": ""}) == {"sku": "sku", "name": "name"}


def test_a_likeness_is_offered_not_taken() -> None:
    with pytest.raises(Rejected, match="Perhaps you mean 'Artikelnumer' as sku"):
        taken("Artikelnumer;Bezeichnung")


def test_a_number_is_not_the_thing_itself() -> None:
    assert taken("Part #,Title")["sku"] == "Part #"
    for header in ("Part,Title", "Item,Title"):
        with pytest.raises(Rejected, match="No column is called sku"):
            taken(header)


def test_an_update_needs_no_names() -> None:
    assert taken("Artikelnr,Preis", mode="update") == {"sku": "Artikelnr", "price": "Preis"}
    with pytest.raises(Rejected, match="An import that only updates existing products needs no name") as raised:
        taken("Artikelnr,Preis")
    assert "mode" in raised.value.cures
    assert "Perhaps" not in str(raised.value)  # the SKU as the name


def test_a_row_of_the_table_that_looks_like_a_header_is_none() -> None:
    with pytest.raises(Rejected, match="No column is called sku or name"):
        taken("a,b,c\n1,2,3\nHandle,Title,x\n")


def test_no_alias_stands_for_two_fields() -> None:
    seen: dict[str, str] = {}
    for field in FIELDS:
        for alias in aliases.ALIASES[field].split(";"):
            known = aliases.key(alias)
            assert known and seen.setdefault(known, field) == field, alias


def test_what_was_taken_is_kept_with_the_import(run_import: Run) -> None:
    row = run_import("Artikelnummer;Bezeichnung;Farbe\nA1;Größe;rot\n".encode("cp1252"))
    assert row.columns == {"Artikelnummer": "sku", "Bezeichnung": "name", "Farbe": "attribute"}
    assert row.understood == {
        "encoding": "cp1252",
        "how": "guess",
        "delimiter": ";",
        "header": True,
        "skip": 0,
        "format": "text",
        "part": "",
        "parts": [],
        "names": ["Artikelnummer", "Bezeichnung", "Farbe"],
        "numbers": "",
        "columns": {"sku": "Artikelnummer", "name": "Bezeichnung"},
    }
    assert catalog() == [("A1", "Größe", "", None, True, {"Farbe": "rot"})]


def test_without_a_header_no_row_is_a_repeated_header(run_import: Run) -> None:
    row = run_import("column 1,column 2\nA1,Lamp\n", header=False)
    assert counts(row) == {"rows": 2, "created": 2}


def test_no_word_is_both_yes_and_no_and_all_are_as_they_are_compared() -> None:
    assert set(YES) & set(NO) == set()
    assert all(word == word.lower() for word in (*YES, *NO))


def test_yes_and_no_are_known_in_many_languages(run_import: Run) -> None:
    words = ["Ja", "nein", "OUI", "non", "Sí", "não", "да", "нет", "はい", "否", "-1"]
    rows = "".join(f"A{i:02},x,{word}\n" for i, word in enumerate(words))
    row = run_import("sku,name,aktiv\n" + rows)
    assert counts(row) == {"rows": 11, "created": 11}
    assert [product[4] for product in catalog()] == [True, False] * 5 + [False]
