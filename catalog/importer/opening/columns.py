"""The step from a header to columns: what each is taken for, and how the file writes its prices."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO

import pandas as pd

from catalog.importer.columns.match import match
from catalog.importer.columns.result import Columns
from catalog.importer.columns.shape import shaped
from catalog.importer.errors import Rejected
from catalog.importer.files.source import Source
from catalog.importer.opening.header import Prepared, Sample
from catalog.importer.options.options import Options
from catalog.importer.rows.joined import in_order
from catalog.importer.rows.reader import Reader
from catalog.importer.values import numbers
from catalog.importer.values.formulas import restored_name


@dataclass(frozen=True)
class Opened(Prepared):
    """A file that is ready: its columns are known, and `reader` is before its first row."""

    columns: Columns = field(kw_only=True)


def take_columns(prepared: Prepared, options: Options) -> Opened:
    """Say what each column of the header is taken for. Raises Rejected, and numbers.Unsure."""
    matched = match(prepared.reader.header, options)
    prices = price_format(prepared, matched, options)
    columns = with_format(matched, prepared, prices)
    names = tuple(map(restored_name, columns.names)) if columns.ours else columns.names
    understood = replace(prepared.understood, numbers=prices, names=names, columns=columns.called())
    return Opened(**(vars(prepared) | {"understood": understood}), columns=columns)


def with_format(columns: Columns, prepared: Prepared, prices: str) -> Columns:
    """The columns, knowing how prices are written and whether they are a sheet's."""
    return replace(columns, numbers=prices or "plain", sheet=prepared.is_sheet)


def price_format(prepared: Prepared, columns: Columns, options: Options) -> str:
    """How the file writes prices, as chosen or recognised in its sample; empty if it has none. Raises numbers.Unsure."""
    if "price" not in columns.fields or not columns.parts_of("price"):
        return ""
    if options.numbers:
        return options.numbers
    found = [_prices(sample, columns, prepared.understood.header) for sample in prepared.samples]
    prices: Iterable[str] = pd.concat(found) if found else ()
    exported = columns.ours and not columns.returned  # rejected rows are as their file wrote them
    return numbers.of_export(prices) if exported else numbers.recognise(prices)


def _prices(one: Sample, columns: Columns, has_header: bool) -> "pd.Series[str]":
    """The prices in a sample; none where it can't be read: the reader says so when it comes there."""
    end = one.text.rfind(b"\n") + 1 or len(one.text)
    try:
        source = Source(BytesIO(one.text[:end]), "utf-8")
        reader = Reader(source, one.delimiter, header=has_header, skip=one.skip)
        frame = in_order(next(reader.chunks()).frame, one.order)
    except (Rejected, StopIteration):
        return pd.Series(dtype="str")
    return shaped(frame, columns)[str(columns.fields["price"])].str.strip()
