"""`errors` and `correct`: the rejected rows of an import, and their corrections."""

import sys
from typing import Any

import click

from catalog.cli import backend, results


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.argument("file", type=click.File("wb"))
def errors(import_id: int, file: Any) -> None:
    """Write the rejected rows of import ID to FILE (- is stdout), each with its reason.

    They are written as a workbook if the name ends in .xlsx, else as CSV. Fix the rows and import the file: Catalog
    imports them under import ID.
    """
    kind = "xlsx" if getattr(file, "name", "").lower().endswith(".xlsx") else "csv"
    with backend.opened() as catalog:
        for piece in catalog.errors(import_id, kind):
            file.write(piece)


@click.command()
@click.argument("import_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--row", type=click.IntRange(1), help="Row to correct: 1 is the first after the header.")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="With --row: the new value of a cell; may be repeated.",
)
@click.option("--code", help="Correct all rows with this error_code, as in the file of `catalog errors`.")
@click.option("--column", help="With --code: the column, by name or number.")
@click.option("--find", default="", help="With --code: the text to replace; without it, empty cells.")
@click.option("--replace", "by", default="", help="With --code: the new text.")
@click.option(
    "--fix",
    type=click.Choice(["set", "copy", "clear", "leave_out", "restore"]),
    help="With --code: set --column to --value, copy --other into it, clear it, leave the rows out, or restore them.",
)
@click.option("--value", default="", help="With --fix set: the new value.")
@click.option("--other", default="", help="With --fix copy: the column that is copied, by name or number.")
@click.option("--run", is_flag=True, help="Import the corrected rows.")
@click.option("--json", "as_json", is_flag=True, help="Print the import as JSON after --run.")
def correct(
    import_id: int,
    row: int | None,
    values: tuple[str, ...],
    code: str | None,
    column: str | None,
    find: str,
    by: str,
    fix: str | None,
    value: str,
    other: str,
    run: bool,
    as_json: bool,
) -> None:
    """Correct rejected rows of import ID. With --run, also import them, under the same ID."""
    from catalog.cli.backend import following

    if (row is None) == (code is None) and not (run and row is None):
        raise click.UsageError("Use --row with --set, --code with --column, or --run.")
    if code is not None and column is None and fix not in ("leave_out", "restore"):
        raise click.UsageError("Name the column with --column.")
    pairs = _pairs(values) if row is not None else {}
    with backend.opened() as catalog:
        if row is not None:
            catalog.correct(import_id, row, pairs)
            results.print_corrected(1)
        elif code is not None and fix:
            fixed = {"code": code, "action": fix, "column": column or "", "value": value, "other": other, "find": ""}
            results.print_corrected(catalog.fix(import_id, fixed))
        elif code is not None:
            asked = {"code": code, "column": column or "", "find": find, "replace": by}
            results.print_corrected(catalog.replace(import_id, asked))
        if not run:
            return
        catalog.run_corrected(import_id)
        ended = following.follow(catalog, import_id, "corrected rows")
        results.print_result(ended, as_json)
    sys.exit(results.code_of_rerun(ended))


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(pair.split("=", 1) for pair in values if "=" in pair)
    if not pairs or len(pairs) < len(values):
        raise click.UsageError("Give the new value with --set COLUMN=VALUE.")
    return pairs


COMMANDS = (errors, correct)
