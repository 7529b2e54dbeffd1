"""Little workbooks for tests, written part by part: what no library would write too, but what each of them opens."""

import io
import zipfile

WORKBOOK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def packed(**parts: str | bytes) -> bytes:
    """A ZIP archive; `__` in a name stands for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def xlsx(rows: str, after: str = "", formats: tuple[str, ...] = (), **more: str) -> bytes:
    """A workbook of one sheet; `rows` and what is `after` them are its XML, `formats` the formats of styles 1, 2 ..."""
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": "<Relationships>"
        f'<Relationship Id="r1" Type="{WORKBOOK}" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets>'
        '<sheet name="Prices" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        '<Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Type="x/styles" Target="styles.xml"/>'
        '<Relationship Id="r3" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f"<styleSheet><numFmts>{codes}</numFmts>"
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>",
    }
    return packed(**parts | more)


def row(number: int, *cells: str) -> str:
    """A row of such a sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(ref: str, value: str) -> str:
    """A cell with a text."""
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(ref: str, value: str, style: int = 0) -> str:
    """A cell with a number."""
    return f'<c r="{ref}" s="{style}"><v>{value}</v></c>'


def shared(ref: str, at: int) -> str:
    """A cell with one of the texts that cells share."""
    return f'<c r="{ref}" t="s"><v>{at}</v></c>'


def error(ref: str, value: str) -> str:
    """A cell whose formula failed."""
    return f'<c r="{ref}" t="e"><f>A1</f><v>{value}</v></c>'


def unknown(ref: str) -> str:
    """A formula that was saved without its result."""
    return f'<c r="{ref}"><f>VLOOKUP(1,A1:B2,2)</f></c>'


def ods(rows: str) -> bytes:
    """A document of one sheet, whose rows are its XML."""
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="Prices">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = {"META-INF/manifest.xml": "<manifest/>"}
    return packed(mimetype=kind, content__xml=content, **manifest)


def ods_row(*cells: str, **attrs: str | int) -> str:
    """A row of such a sheet, repeated if told so."""
    return f"<table:table-row {_attributes(attrs)}>{''.join(cells)}</table:table-row>"


def ods_cell(shown: str = "", **attrs: str | int) -> str:
    """A cell as it is shown."""
    kind = {"office:value-type": "string"} if shown else {}
    paragraph = f"<text:p>{shown}</text:p>" if shown else ""
    return f"<table:table-cell {_attributes(kind | attrs)}>{paragraph}</table:table-cell>"


def _attributes(attrs: dict[str, str | int]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in attrs.items())


COLUMNS, ROWS = "table:number-columns-repeated", "table:number-rows-repeated"
HEADER = row(1, text("A1", "sku"), text("B1", "name"))
ODS_HEADER = ods_row(ods_cell("sku"), ods_cell("name"))
AT_THE_END = {
    "xlsx to its last cell": xlsx(HEADER + row(1_048_576, text("XFD1048576", "x"))),
    "xlsx to XFD2000": xlsx(HEADER + row(2000, text("XFD2000", "x"))),
    "xlsx in single quotes": xlsx((HEADER + row(1_048_576, text("XFD1048576", "x"))).replace('"', "'")),
    "xlsx with prefixes": xlsx(
        (HEADER + row(1_048_576, text("XFD1048576", "x"))).replace("<", "<x:").replace("<x:/", "</x:")
    ),
    "ods of repeated cells": ods(ODS_HEADER + ods_row(ods_cell("x", **{COLUMNS: 16_384}), **{ROWS: 2000})),
    "ods of repeated gaps": ods(
        ODS_HEADER + ods_row(ods_cell(), **{ROWS: 1_048_000}) + ods_row(ods_cell(**{COLUMNS: 16_383}), ods_cell("x"))
    ),
    "ods of too many rows": ods(ODS_HEADER + ods_row(ods_cell("x"), **{ROWS: 2_000_000_000})),
    "ods of too many columns": ods(ODS_HEADER + ods_row(ods_cell("x", **{COLUMNS: 2_000_000_000}))),
}
"""Workbooks of some hundred bytes that would be gigabytes as a table."""
