"""A web page, XML or JSON that is called like a table is rejected as what it is, with a header or without."""

import io

import pytest

from catalog.importer import Options, look
from catalog.importer.files.markup import kind_of

TABLE = "<table><tr><td>sku</td><td>name</td></tr><tr><td>A-1</td><td>Lamp</td></tr></table>"
SHEET = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
PAGES = {
    "meta": f'<meta http-equiv="Content-Type" content="text/html">\n{TABLE}',
    "style": f'<style>td{{mso-number-format:"\\@"}}</style>\n{TABLE}',
    "comment": f"<!-- made by a shop -->{TABLE}",
    "table": TABLE,
    "upper case": f"\n \t<HTML><BODY>{TABLE}",
    "row": "<tr>\n<td>sku</td></tr>",
    "title": f"<title>Prices</title>{TABLE}",
    "page in XML": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{TABLE}</html>',
    "warning": "<br />\n<b>Warning</b>: mysql is gone\nsku,name\n",
}


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_web_page_is_no_table(kind: str, encoding: str, header: bool) -> None:
    file = PAGES[kind].encode(encoding)
    seen = look(io.BytesIO(file), Options(header=header))
    assert "not a CSV file but an HTML page" in seen.problem
    assert "save it as .xlsx" in seen.problem and not seen.rows


@pytest.mark.parametrize(
    "file, kind",
    [
        (f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{SHEET}', "a spreadsheet in XML"),
        (SHEET, "a spreadsheet in XML"),
        ("<products>\n<product sku='A1'/></products>", "an XML document"),
        ("MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
    ],
)
def test_other_markup_is_named_too(file: str, kind: str) -> None:
    for header in (True, False):
        problem = look(io.BytesIO(file.encode()), Options(header=header)).problem
        assert kind in problem


def test_honest_texts_are_no_markup() -> None:
    for text in (
        "<sku>,<name>\nA1,<b>Lamp</b>\n",
        "sku,name\n<b>A</b>,x\n",
        "<3,name\n",
        "[sku],[name]\n",
        "{sku},x\n",
        "<5 kg>;x\n",
    ):
        assert kind_of(text.encode()) == "", text
