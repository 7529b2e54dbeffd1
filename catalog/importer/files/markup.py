"""Web pages, XML, JSON and SQL that are sent as tables, detected by their first bytes, whatever their name.

Many programs write an HTML table, or a spreadsheet in XML, and call it .xls; a spreadsheet program opens both.
"""

import codecs
import re

BEGINNING = 4096  # bytes that are checked
HTML = re.compile(
    r"<(?:!doctype\s+html|!--|/?(?:html|head|meta|title|style|script|link|base|body|table|caption|colgroup|col|thead|tbody|tr|th|td|div|span|p|br|hr"
    r"|font|center|pre|form|b|i|u|h[1-6]|img|a|ul|ol|li|noscript|frameset|iframe)(?=[\s/>]|$))"
)
ELEMENT = re.compile(r"<[a-z_][\w.:-]*(?:\s[^<>]*)?/?>(?!\s*[,;\t|])")
XML_SHEET = ("urn:schemas-microsoft-com:office:spreadsheet", 'progid="excel.sheet"')
JSON = re.compile(r'\{\s*"|\[\s*\{|\[\s*\[\s*"')
WEB_ARCHIVE = re.compile(r"mime-version:\s*1\.0\s")
SQL = re.compile(
    r"(?:insert\s+into|create\s+(?:table|database)|drop\s+table|replace\s+into|pragma\s+\w+\s*=|begin(?:\s+transaction)?;|/\*!\d)"
    r"|--[^\n]*(?:\n--[^\n]*)?(?:sql dump|mysql|mariadb|postgresql|sqlite)"
)
AS_XLSX = (
    "Some programs save such a file as .xls. Open it in a spreadsheet program, save it as .xlsx and import that file."
)


def kind_of(sample: bytes) -> str:
    """The kind of markup, by the beginning of a file: "an HTML page". Empty: none."""
    text = _text(sample[:BEGINNING]).lstrip("\ufeff \t\r\n\0").lower()
    if text.startswith("<?xml") or any(sign in text[:1000] for sign in XML_SHEET):
        return _xml(text)
    if HTML.match(text):
        return "an HTML page"
    if ELEMENT.match(text) and "</" in text:
        return _xml(text)
    if WEB_ARCHIVE.match(text):
        return "a web page with its pictures (MHTML)"
    if JSON.match(text):
        return "a JSON document"
    if SQL.match(text):
        return "a script of SQL"
    return "an RTF document" if text.startswith("{\\rtf") else ""


def _xml(text: str) -> str:
    if any(sign in text for sign in XML_SHEET):
        return "a spreadsheet in XML"
    return "an HTML page" if "<html" in text else "an XML document"


def _text(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return sample.decode("utf-16", "replace")
    return sample.decode("latin-1" if b"\0" not in sample else "utf-16-le", "replace").removeprefix("ï»¿")
