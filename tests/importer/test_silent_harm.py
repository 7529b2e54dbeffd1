"""What harms without a word is rejected, warned about with count and example, or asked."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from psycopg2.extensions import connection as Connection

from catalog.importer import Look, Options, look
from catalog.importer.errors import quoted
from catalog.importer.invisible_characters import UNSEEN, look_of, visible
from catalog.models import Import
from catalog.products import validation
from tests.conftest import catalog
from tests.importer.test_formats import workbook
from tests.support.examples import some

Run = Callable[..., Import]

UNSEEN_ONES = ["\u200b", "\ufeff", "\u200e", "\u202e", "\xad", "\u2060", "\u2028", "\x07", "\x85"]


def looked(text: str) -> Look:
    return look(io.BytesIO(text.encode()), Options())


def told(seen: Look) -> dict[str, tuple[int, list[str]]]:
    return {w.code: (w.count, [one["value"] for one in w.examples]) for w in seen.warnings}


def rejected(seen: Look) -> list[str]:
    return [row.error.code if row.error else "" for row in seen.stored]


# ---- invisible characters ----


@pytest.mark.parametrize("sign", UNSEEN_ONES)
def test_a_sku_with_what_is_not_seen_is_told_and_written_out(sign: str) -> None:
    seen = looked(f"sku,name\n{sign}A-1,Mug\nB-1{sign},Mug\nC{sign}1,Mug\nD-1,Mug\n")
    shown = f"<U+{ord(sign):04X}>"
    trimmed = sign.isspace()  # white space at the ends is none of the SKU, and never was
    assert told(seen)["invisible_in_sku"][0] == (1 if trimmed else 3)
    assert f"C{shown}1" in told(seen)["invisible_in_sku"][1]
    skus = [row.product["sku"] for row in seen.stored]
    assert skus == ["A-1", "B-1", f"C{sign}1", "D-1"]


@pytest.mark.parametrize("sign", UNSEEN_ONES)
def test_a_sku_or_name_of_which_nothing_is_seen_is_blank(sign: str) -> None:
    seen = looked(f'sku,name,colour\n"{sign}",Ghost,red\nN-2,"{sign} {sign}",red\n')
    assert rejected(seen) == ["sku_blank", "name_blank"]


@pytest.mark.parametrize("sign", UNSEEN_ONES)
def test_no_form_and_no_program_makes_a_blank_product_either(sign: str) -> None:
    _, errors = validation.clean({"sku": sign * 2, "name": f"{sign} {sign}"})
    assert errors == {"sku": "Enter a SKU.", "name": "Enter a name."}


def test_a_rejection_shows_what_is_not_seen() -> None:
    (error,) = looked("sku,name,price\nA-1,Mug,1\u200b2\u00a0x\n").rejections
    assert "<U+00A0>" in error.message and "<U+00A0>" in error.value
    assert quoted("\u200e12.50") == "'<U+200E>12.50'"


def test_a_price_and_a_yes_lose_what_is_not_seen() -> None:
    seen = looked("sku,name,price,active\nA-1,Mug,\u200e12.50,\u2060yes\u200b\n")
    assert seen.stored[0].product["price"] == "12.50"
    assert seen.stored[0].product["active"] is True
    assert told(seen)["invisible"][0] == 2


def test_a_joined_emoji_is_text(run_import: Run) -> None:
    name = "Helmet 👩‍🚒 ❤️ 1️⃣ نمی‌خواهم"
    row = run_import(f"sku,name\nA-1,{name}\n")
    assert row.warnings == [] and catalog()[0][1] == name
    assert visible(name) == name
    assert visible("a\u200db") == "a<U+200D>b"


@pytest.mark.parametrize(
    "twin", some(["X-1\u200b", "Х-1", "X–1", "X\u200b-1", "X‑1", "X\xad-1", "Ｘ-1", "x-\ufeff1"], 3)
)
def test_a_twin_of_a_known_sku_is_told_with_both(run_import: Run, connection: Connection, twin: str) -> None:
    run_import("sku,name\nX-1,Mug\nother,Cup\n")
    file = f"sku,name\n{twin},Mug\nother,Cup\n"
    seen = look(io.BytesIO(file.encode()), Options(), connection=connection)
    row = run_import(file)
    if row.created:
        (found,) = [one for one in row.warnings if one["code"] == "alike_known"]
        assert found["count"] == 1
        assert found["examples"][0]["value"] == f"{visible(twin)} / X-1"
        assert told(seen)["alike_known"][0] == 1
    else:
        assert [one["code"] for one in row.warnings] == ["invisible_in_sku"]


def test_a_plain_sku_beside_a_known_one_with_a_strange_character(run_import: Run) -> None:
    run_import("sku,name\nX–1,Mug\n")
    row = run_import("sku,name\nX-1,Mug\n")
    found = {one["code"]: one["examples"][0]["value"] for one in row.warnings}
    assert found == {"alike_known": "X-1 / X–1"}


def test_twins_far_apart_in_one_file_are_told(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.importer.warnings.seen.MOST_SKUS", 1)
    row = run_import("sku,name\nX-1,Mug\nY-1,Cup\nХ-1,Mug\n")
    found = {one["code"]: one["examples"][0]["value"] for one in row.warnings}
    assert found == {"alike_skus": "Х-1 / X-1"}


def test_many_twins_stop_the_import(run_import: Run) -> None:
    run_import("sku,name\n" + "".join(f"X-{n},Mug\n" for n in range(1000)))
    row = run_import("sku,name\n" + "".join(f"Х-{n},Mug\n" for n in range(20)))
    assert row.state == "review"
    assert "20 new SKUs look like known ones" in " ".join(row.review["reasons"])


def test_an_export_comes_back_with_what_is_not_seen() -> None:
    seen = looked("sku,name,catalog:export\nX-1\u200b,Mug,\n")
    assert seen.stored[0].product["sku"] == "X-1\u200b"


def test_looks_are_compared_without_what_is_not_seen() -> None:
    assert look_of("Х\u200b\u00a0–1") == "X -1"
    assert UNSEEN


@pytest.mark.parametrize("text", ["caf\ufffd", "CafÃ© rouge", "РЎС‚СѓР» РґРµСЂРµРІСЏРЅРЅС‹Р№", "├╝ber", "‚Äôtis"])
def test_damaged_letters_are_told(text: str) -> None:
    assert {"letters_gone", "decoded_twice"} & told(looked(f"sku,name\nA,{text}\n")).keys()


def test_cyrillic_and_greek_names_are_not_damaged() -> None:
    names = ["Сёмга", "Рис", "РЎ", "Ёлка № 5", "Стул «Рига»", "Größe – 5 √2"]
    assert told(looked("sku,name\n" + "".join(f"A{n},{one}\n" for n, one in enumerate(names)))) == {}


# ---- rows that are no products ----


@pytest.mark.parametrize(
    "row",
    [
        "Artikelnummer,Bezeichnung,Preis,Farbe",
        "item_sku,item_name,standard_price,color_name",
        "SKU *,Name *,Price,Colour",
        "Text,Text,Decimal,Text",
        "required,required,optional,optional",
        "text(40),text(255),EUR,text",
        "stock_code,long_title,list_price,main_color",
    ],
)
def test_a_second_header_is_no_product(row: str) -> None:
    seen = looked(f"sku,name,price,colour\n{row}\nA-1,Chair,10,red\n")
    assert rejected(seen) == ["second_header", ""]


def test_a_header_in_the_middle_of_joined_files_is_none_either() -> None:
    rows = "".join(f"A-{n},Chair {n}\n" for n in range(50))
    seen = look(io.BytesIO(f"sku,name\n{rows}Référence,Désignation\n".encode()), Options())
    assert (seen.rejected, seen.rejections[0].code) == (1, "second_header")


def test_products_that_are_called_like_columns_are_products() -> None:
    seen = looked("sku,name,colour\nH-1,Name,red\nProduct,Product,blue\nText,Lamp,red\n1,2,3\n")
    assert rejected(seen) == ["", "", "", ""]


@pytest.mark.parametrize("sku", ["-", "—", "---", "NULL", "null", "N/A", "n.a.", "#", "nan", "None", "(blank)", "?"])
def test_a_sku_that_stands_for_nothing_is_rejected(sku: str) -> None:
    seen = looked(f"sku,name\n{sku},Lamp\nNA,Lamp\n007,Lamp\nNULL-1,Lamp\n")
    assert rejected(seen) == ["sku_placeholder", "", "", ""]


@pytest.mark.parametrize("name", ["-", "–", "NULL", "n/a", "(null)"])
def test_a_name_that_stands_for_nothing_is_rejected(name: str) -> None:
    seen = looked(f"sku,name\nA-1,{name}\nA-2,Nan\nA-3,None\nA-4,-20 % lamp\n")
    assert rejected(seen) == ["name_placeholder", "", "", ""]


@pytest.mark.parametrize(
    "sku",
    ["Total", "TOTAL:", "Grand total", "Summe", "Total: 512 products", "Итого", "*** END ***", "(512 rows affected)"],
)
def test_a_line_of_totals_is_no_product(sku: str) -> None:
    seen = looked(f"sku,name,price\nA-1,Lamp,1\n{sku},2 products,99.00\nTotal-5,Oil,1\nTotal Kit,Oil,1\n")
    assert rejected(seen) == ["", "totals_row", "", ""]


@pytest.mark.parametrize(
    "row", ["TRAILER,2,", "END OF FILE,2,", "EOF,,", "Trailer,,2", "Footer,2026-01-31,", "rows,2,"]
)
@pytest.mark.parametrize("header", ["sku,name,price", "name,sku,price"])
def test_a_footer_is_no_product(header: str, row: str) -> None:
    seen = looked(f"{header}\nA-1,B-1,1\nA-2,B-2,1\n{row}\n")
    assert rejected(seen)[:2] == ["", ""]
    assert rejected(seen)[2] in ("totals_row", "sku_blank")


def test_a_product_that_is_called_like_a_footer_is_one() -> None:
    rows = "TRAILER,Boat trailer,\nEND,End piece,4\nTRL,2,19.90\nFooter,Lamp 2,\n"
    assert rejected(looked("sku,name,price\n" + rows)) == [""] * 4


@pytest.mark.parametrize(
    "name", ["Your price", "Preis EUR brutto", "price_eur_net", "Prix conseillé", "Cena detaliczna", "販売価格(税込)"]
)
def test_the_only_column_that_speaks_of_a_price_and_holds_some_is_the_price(name: str, run_import: Run) -> None:
    run_import(f"sku,name,{name}\nA-1,Lamp,39.90\n")
    assert [line[3] for line in catalog()] == [Decimal("39.90")]


def test_a_price_column_that_holds_none_is_named(run_import: Run) -> None:
    row = run_import("sku,name,Prix conseillé\nA-1,Lamp,on request\n")
    (found,) = row.warnings
    assert (found["code"], found["count"]) == ("no_price_column", 1)
    assert found["examples"] == [{"line": 2, "column": "Prix conseillé", "value": "on request"}]


@pytest.mark.parametrize(
    "header", ["sku,name,price,Your price", "sku,name,currency", "sku,name,Price group", "sku,name,enterprise"]
)
def test_no_price_is_missed_where_there_is_one_or_none(header: str) -> None:
    cells = ",".join("1" for _ in header.split(","))
    assert told(looked(f"{header}\n{cells}\n")) == {}


def test_a_price_that_was_set_aside_is_not_missed() -> None:
    file = io.BytesIO(b"sku,name,Your price\nA-1,Lamp,1\n")
    assert look(file, Options(columns={"price": ""})).warnings == ()


# ---- one product, one row for each language ----

LANGUAGES = """sku,{column},name,price
M-1,{first},Garden chair,49.90
M-1,de,Gartenstuhl,
M-2,{first},Table,129.00
"""


@pytest.mark.parametrize("column", ["store_view_code", "lang", "Sprache", "Locale", "Version"])
def test_rows_of_languages_wait_for_a_decision(run_import: Run, column: str) -> None:
    row = run_import(LANGUAGES.format(column=column, first="en"), confirmed=True)
    assert (row.state, catalog()) == ("review", [])
    assert f"The column '{column}' distinguishes rows" in row.review["reasons"][0]
    found = {one["code"]: one["count"] for one in row.warnings}
    assert found == {"rows_per_language": 1, "repeated_skus": 1, "wiped_by_repeats": 1}


@pytest.mark.parametrize(
    "column", ["website", "websites", "store", "store_view_code", "locale", "language", "product_websites"]
)
def test_views_of_a_shop_are_recognised_by_every_name(column: str) -> None:
    file = LANGUAGES.format(column=column, first="base").replace(",de,", ",de_shop,")
    assert told(looked(file))["rows_per_language"][0] == 1


@pytest.mark.parametrize("site", ["https://a.example/{}", "www.a.example", "a.example/{}.html", "a.example"])
def test_a_column_of_addresses_is_no_view_of_a_shop(site: str) -> None:
    rows = "".join(f"M-{n % 2},Chair {n},{site.format(n)}\n" for n in range(6))
    assert "rows_per_language" not in told(looked("sku,name,website\n" + rows))


def test_rows_of_languages_far_apart_are_found(run_import: Run) -> None:
    rows = [f"{code},A-{n},Chair {code} {n}\n" for code in ("en", "de") for n in range(30)]
    row = run_import("lang,sku,name\n" + "".join(rows))
    assert row.state == "review"
    assert "30 rows would be lost" in row.review["reasons"][0]


def test_a_language_column_without_repeats_asks_nothing(run_import: Run) -> None:
    row = run_import("sku,lang,name\nA,en,Chair\nB,de,Stuhl\nB,de,Stuhl 2\n")
    assert row.state == "completed"
    assert [one["code"] for one in row.warnings] == ["repeated_skus"]


def test_the_last_row_wins_says_what_is_lost(run_import: Run) -> None:
    row = run_import("sku,name,description,price\nA,Chair,Oak,10\na,Stool,,\n")
    found = {one["code"]: (one["count"], one["examples"]) for one in row.warnings}
    (example,) = found["repeated_skus"][1]
    assert example["value"] == "a (lost: name 'Chair', price '10', description 'Oak')"
    assert found["wiped_by_repeats"][0] == 2
    assert {one["value"] for one in found["wiped_by_repeats"][1]} == {"A: Oak", "A: 10"}


# ---- codes that a spreadsheet spoilt ----


@pytest.mark.parametrize("code", ["4E+12", "1.20E-03", '"2,19E+03"', "4.00638E+12", "4e+12", "4.00638E12", " 5E+12"])
@pytest.mark.parametrize("column", ["EAN-Code", "GTIN-13", "UPC Code", "eanCode", "Artikel-Nr.", "MPN"])
def test_rounded_codes_are_told_whatever_the_column_is_called(code: str, column: str) -> None:
    seen = looked(f"sku,name,{column}\n{code},Lamp,{code}\nA-2,Lamp,\n")
    assert told(seen)["scientific"][0] == 2


def test_a_column_that_looks_like_codes_is_one() -> None:
    rows = "".join(f"A-{n},Lamp,400638133{n:04},2.5E+3\n" for n in range(9))
    seen = looked(f"sku,name,Zusatz,power\n{rows}A-9,Lamp,4.00638E+12,1\n")
    assert told(seen) == {"scientific": (1, ["4.00638E+12"])}


@pytest.mark.parametrize(
    "sku", ["12E3", "E-27", "5E", "3E-KIT", "1E+KIT", "3E-7", "M-12", "10-2024", "10.5", "Mar-Kit", "dec-oak", "A.0"]
)
def test_honest_part_numbers_are_not_told(sku: str) -> None:
    assert told(looked(f"sku,name\n{sku},Lamp\n")) == {}


@pytest.mark.parametrize("sku", ["2-Mar", "Mar-02", "02. Mrz", "2024-03-02 00:00:00", "1.2.2024", "12-DEC-24"])
def test_codes_that_became_dates_are_told(sku: str) -> None:
    assert "date_codes" in told(looked(f"sku,name\n{sku},Lamp\n"))


def test_codes_that_were_numbers_are_told() -> None:
    assert "decimal_codes" in told(looked("sku,name\n4006381333931.0,Lamp\n"))


def test_barcodes_that_can_not_be_are_told_and_kept(run_import: Run) -> None:
    right = ["4006381333931", "036000291452", "96385074", "0-306-40615-2", "978-0-306-40615-7", "04252614", "", "n/a"]
    wrong = ["4006381333932", "12345", "400638133393"]
    rows = "".join(f"A-{n},Lamp,{code}\n" for n, code in enumerate(right + wrong))
    row = run_import(f"sku,name,Produkt-EAN\n{rows}")
    (found,) = row.warnings
    assert (found["code"], found["count"]) == ("invalid_barcode", 3)
    assert [one["value"] for one in found["examples"]] == wrong
    assert row.rejected == 0


def test_other_codes_in_a_column_of_barcodes_are_not_judged() -> None:
    assert told(looked("sku,name,Barcode\nA,Lamp,WH-12\nB,Lamp,12345678\n")) == {}
    assert told(looked("sku,name,Ozean\nA,Lamp,WH-12\n")) == {}


# ---- guards of other programs ----


def test_guards_are_removed_and_told(run_import: Run) -> None:
    run_import("sku,name\n00123,Lamp\n00124,Chair\n")
    row = run_import(
        'sku,name,description\n\'00123,Lamp,Brass\n="00124",Chair,Oak\n'
        "W-3,'-20 % lamp,Sale\nW-4,Table,'=> see manual\nW-5,'s Gravenhage mug,Blue\n"
    )
    (found,) = row.warnings
    assert (row.created, row.updated) == (3, 2)
    assert (found["code"], found["count"]) == ("guard", 4)
    shown = {one["value"] for one in found["examples"]}
    assert shown == {"'00123", '="00124"', "'-20 % lamp"}
    kept = {line[0]: (line[1], line[2]) for line in catalog()}
    assert kept["W-3"] == ("-20 % lamp", "Sale")
    assert kept["W-4"] == ("Table", "=> see manual")
    assert kept["W-5"] == ("'s Gravenhage mug", "Blue")


@pytest.mark.parametrize("name", ["'90s poster", "'n Roll", "'=' sign", "'-20' lamp", "Rock 'n'", "'tis"])
def test_apostrophes_that_belong_to_a_text_stay(name: str) -> None:
    seen = looked(f"sku,name\nA-1,{name}\n")
    assert seen.stored[0].product["name"] == name
    assert told(seen) == {}


def test_a_guarded_price_is_a_price() -> None:
    seen = looked('sku,name,price\nA-1,Mug,\'12.50\n"=""A-2""",Mug,"=""9.90"""\n')
    assert [row.product["price"] for row in seen.stored] == ["12.50", "9.90"]


@pytest.mark.parametrize("cell", ["=1+1", "=SUM(A1:A3)", "=A1", "=HYPERLINK(1)", "='Sheet 1'!A1", "=cmd|x"])
def test_what_is_called_a_formula_is_one(cell: str) -> None:
    assert told(looked(f"sku,name,note\nA-1,Mug,{cell}\n")) == {"formula": (1, [cell])}


@pytest.mark.parametrize("cell", ["=> see manual", "== new ==", "=Best lamp", "= 5 cm"])
def test_a_text_that_begins_with_an_equals_sign_is_no_formula(cell: str) -> None:
    assert told(looked(f"sku,name,note\nA-1,Mug,{cell}\n")) == {}


def test_numbers_that_a_workbook_has_rounded_are_told_with_cell_and_value() -> None:
    rows = [
        ("sku", "name", "serial"),
        ("A-1", "Lamp", 4006381333931234567),
        ("A-2", "Lamp", 400638133393123),
        ("A-3", "Lamp", "4006381333931234"),
        (1234567890123456789, "Lamp", ""),
    ]
    seen = look(io.BytesIO(workbook(rows)), Options())
    assert told(seen)["rounded_codes"] == (2, ["1234567890123460000 in cell A5", "4006381333931230000 in cell C2"])
    assert "rounded_codes" not in told(looked("sku,name\n4006381333931230000,x\n"))
