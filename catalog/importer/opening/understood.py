"""How a file was read: shown to people, who can correct it, and stored with the import."""

from dataclasses import asdict, dataclass, field
from typing import Any

from catalog.importer.rows.places import Part, unit_of

RARE = ("left_out", "members", "two_rows", "renamed")


@dataclass(frozen=True)
class Understood:
    """How a file was read; `how` says how the encoding was detected: see `encodings`."""

    encoding: str
    how: str
    delimiter: str
    header: bool
    skip: int  # lines above the header
    format: str = "text"  # text, gzip, zip, json, xlsx (also for .xlsb), ods
    part: str = ""  # the sheet or member that was read
    parts: tuple[str, ...] = ()  # among which it was chosen
    names: tuple[str, ...] = ()  # of the columns, in the order of the file
    columns: dict[str, str] = field(default_factory=dict)  # field -> name of its column in the file
    numbers: str = ""  # how prices are written: see `numbers`; empty: there are none
    left_out: tuple[
        tuple[str, str], ...
    ] = ()  # sheets of a workbook or files of an archive that are not tables, and why
    two_rows: bool = False  # the header has two rows
    renamed: tuple[
        tuple[str, str], ...
    ] = ()  # columns with another name than in the template: theirs, and the template's
    members: tuple[Part, ...] = ()  # files of an archive that are read as one table

    @property
    def has_dialect(self) -> bool:
        """Whether it has an encoding and a separator to choose: workbooks and JSON have none."""
        return self.how != "workbook" and self.format != "json"

    @property
    def unit(self) -> str:
        """What the places in the file count: see places.unit_of."""
        return unit_of(vars(self) | {"members": ()})

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import; the values in RARE only if they are not empty."""
        values = asdict(self)
        return {name: value for name, value in values.items() if value or name not in RARE}
