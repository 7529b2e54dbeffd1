"""The first rows of a file, from the samples that were read with its header."""

from io import BytesIO

import pandas as pd

from catalog.importer.errors import Rejected
from catalog.importer.files.source import Source
from catalog.importer.opening.header import Prepared, Sample
from catalog.importer.rows.joined import in_order
from catalog.importer.rows.reader import Reader


def first_rows(prepared: Prepared, width: int) -> pd.DataFrame:
    """The rows in the samples of a file with `width` columns."""
    found = [_rows(sample, prepared.understood.header) for sample in prepared.samples]
    found = [frame for frame in found if frame is not None]
    if found:
        return pd.concat(found, ignore_index=True)
    return pd.DataFrame({name: pd.Series(dtype="str") for name in (*map(str, range(width)), "row", "line")})


def _rows(one: Sample, has_header: bool) -> pd.DataFrame | None:
    """The rows of a sample; none if it can't be read, which the reader reports later."""
    end = one.text.rfind(b"\n") + 1 or len(one.text)
    try:
        source = Source(BytesIO(one.text[:end]), "utf-8")
        reader = Reader(source, one.delimiter, header=has_header, skip=one.skip, has_two_rows=one.two_rows)
        return in_order(next(reader.chunks()).frame, one.order)
    except (Rejected, StopIteration):
        return None
