"""The choices of an import, each declared once, for commands, API, pages and docs. A new one is a field here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from catalog.importer.files.encoding.names import ENCODINGS, encoding_named
from catalog.importer.options.choice import Choice, Joined
from catalog.importer.options.limits import limit
from catalog.importer.options.separators import NAMES, separator
from catalog.importer.values.fields import NUMBERS

MOST_LINES = 2**31 - 1


class Declared(BaseModel):
    """The choices of one import. The defaults suit most files."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    mode: Annotated[
        Literal["upsert", "create", "update", "delete", "sync"],
        Choice(
            "What to do with the rows: create and update products, only create, only update, or delete the listed "
            "products. sync: the file is the full catalog, so products that are not in it are deactivated or deleted.",
            "--mode",
            label="What should this file do?",
            words={
                "upsert": "Create and update products",
                "create": "Only create new products",
                "update": "Only update existing products",
                "delete": "Delete the products in the file",
                "sync": "Full catalog",
            },
        ),
    ] = "upsert"
    absent: Annotated[
        Literal["deactivate", "delete"],
        Choice("What a sync does to products that are not in the file.", "--absent"),
    ] = "deactivate"
    active: Annotated[
        bool,
        Choice(
            "Whether new products are active when the file does not say.",
            "--active/--inactive",
            label="New products are",
            hint="Used where the file does not say it. Existing products stay as they are.",
            words={"yes": "Active", "no": "Inactive"},
        ),
    ] = True
    blank: Annotated[
        Literal["clear", "keep"],
        Choice(
            "What a blank cell does to an existing product, for all columns or for one column; may be repeated.",
            "--blank",
            "keep|clear|COLUMN=keep",
            label="Blank cells",
            hint="What a blank cell does to an existing product. A row without a SKU or name is rejected.",
            words={"clear": "Clear the field", "keep": "Keep the value"},
        ),
    ] = "clear"
    blanks: Annotated[
        dict[str, Literal["keep", "clear"]],
        Choice("Column -> what its blank cells do, if it differs from `blank`."),
    ] = Field(default_factory=dict)
    extra: Annotated[
        Literal["keep", "drop"],
        Choice(
            "Columns that match no field of a product: keep them as attributes, or skip them (drop).",
            "--extra",
            label="Other columns",
            hint="Columns that match no field.",
            words={"keep": "Keep as attributes", "drop": "Skip"},
        ),
    ] = "keep"
    delimiter: Annotated[
        str,
        AfterValidator(separator),
        Choice(
            "What separates the cells: a character, or comma, semicolon, tab, bar.",
            "--delimiter",
            "D",
            "reading",
            "detected",
            "Separator",
            words={"": "Detected", **NAMES},
        ),
    ] = ""
    columns: Annotated[
        dict[str, str],
        Choice(
            "Import this column, by name or number, as this field; an empty COLUMN means no column; may be repeated.",
            "--map",
            "FIELD=COLUMN",
            "columns",
            shape='an object of field and column, {"sku": "Art-No"}',
        ),
    ] = Field(default_factory=dict)
    attributes: Annotated[
        dict[str, str],
        Choice(
            "Keep the column as an attribute of this name; an empty name skips the column; may be repeated.",
            "--attribute",
            "COLUMN=NAME",
            "columns",
            shape='an object of column and name, {"Farbe": "colour"}; an empty name skips the column',
        ),
    ] = Field(default_factory=dict)
    joined: Annotated[
        dict[str, Joined],
        Choice(
            "Combine several columns into a field or attribute, with a space between them; may be repeated.",
            "--join",
            "FIELD=COLUMN+COLUMN",
            "columns",
            shape='an object of field and columns, {"name": {"columns": ["brand", "model"], "separator": " "}}',
        ),
    ] = Field(default_factory=dict)
    constants: Annotated[
        dict[str, str],
        Choice(
            "Set a field or attribute to this text in every row; may be repeated.",
            "--set",
            "FIELD=TEXT",
            "columns",
            shape='an object of field and text, {"active": "no"}',
        ),
    ] = Field(default_factory=dict)
    transforms: Annotated[
        dict[str, list[list[str]]],
        Choice(
            "Clean up the cells of a column: trim, collapse, upper, lower, replace:OLD:NEW, default:TEXT; may be "
            "repeated.",
            "--transform",
            "COLUMN=STEP",
            "columns",
            shape='an object of column and steps, {"sku": [["trim"], ["replace", "old", "new"]]}',
        ),
    ] = Field(default_factory=dict)
    numbers: Annotated[
        Literal["", "plain", "point", "comma", "cents"],
        Choice(
            "How prices are written: 1234.50, 1,234.50, 1.234,50, or 123450 in cents.",
            "--numbers",
            about="columns",
            default="detected",
            label="Number format",
            words={"": "Detected", **NUMBERS},
            shape=f"one of {', '.join(NUMBERS)}",
        ),
    ] = ""
    decimals: Annotated[
        Literal["", "round", "reject"],
        Choice(
            "Prices with more than six decimals, which can't be stored: round them, or reject their rows.",
            "--decimals",
            about="reading",
            default="asked",
            label="Prices with more than six decimals",
            words={"": "Ask", "round": "Round to six decimals", "reject": "Reject the row"},
        ),
    ] = ""
    encoding: Annotated[
        str,
        AfterValidator(encoding_named),
        Choice(
            "Encoding of the text, such as utf-8, cp1252 or shift_jis.",
            "--encoding",
            "E",
            "reading",
            "detected",
            "Encoding",
            words={"": "Detected", **ENCODINGS},
        ),
    ] = ""
    header: Annotated[
        bool,
        Choice(
            "Whether a header row names the columns; without one they are called column 1, column 2 and so on.",
            "--header/--no-header",
            about="reading",
            default="detected",
            label="Column names",
            words={"yes": "First row contains column names", "no": "No header row"},
        ),
    ] = True
    sheet: Annotated[
        str,
        Choice(
            "Sheet of a workbook, by name or number, or file of a ZIP archive.",
            "--sheet",
            "NAME",
            "reading",
            "the first with products",
            "Sheet",
            "A sheet of a workbook, or a file in a ZIP archive. If it is empty: the first one with products.",
        ),
    ] = ""
    members: Annotated[
        Literal["", "each", "joined"],
        Choice(
            "Several tables in a ZIP archive: import each on its own, or all as one.",
            "--members",
            about="reading",
            default="asked",
            label="Files of a ZIP archive",
            words={"": "Ask if there are several", "each": "Import each on its own", "joined": "Import all as one"},
        ),
    ] = ""
    max_errors: Annotated[
        str,
        AfterValidator(limit),
        Choice(
            "Number or percentage of rejected rows that is allowed, such as 100 or 2%. If more are rejected, the "
            "import fails and changes nothing. 0: all rows or nothing.",
            "--max-errors",
            "N|X%",
            default="any number",
            label="Stop if more than",
            hint="A number of rows, or a percentage such as 2%. Used only with “Stop if there are too many”.",
            short=("--all-or-nothing", "0", "No row may be rejected: --max-errors 0."),
        ),
    ] = ""
    skip: Annotated[
        Annotated[int, Field(ge=0, le=MOST_LINES)] | None,
        Choice(
            "Number of lines to skip above the header or the first row.",
            "--skip",
            "LINES",
            "reading",
            "detected",
            "Skip lines before the header",
            "Detected if it is empty.",
        ),
    ] = None
    review: Annotated[
        bool,
        Choice(
            "Wait for a review before anything changes, until it is applied or discarded.",
            "--review/--no-review",
            label="Before anything changes",
            hint="Large changes always wait for your approval.",
            words={"no": "Import right away", "yes": "Review changes first"},
        ),
    ] = False
    confirmed: Annotated[bool, Choice("Do not stop for approval if much would change.", "--yes", about="asking")] = (
        False
    )
