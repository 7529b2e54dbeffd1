"""CSV in, staged rows, plan, apply. A file, a connection, a callback: no Flask, no ORM, nobody above.

    >>> with open("spring.csv", "rb") as file:
    ...     staged = importer.stage(file, connection, "scratch", Options(), on_chunk=print)
    >>> importer.verify(connection, "scratch", staged)
    >>> planned = importer.plan(connection, "scratch", staged.columns, Options())
    >>> importer.apply(connection, "scratch", planned, change_set_id=1)
    >>> connection.commit()

`stage` reads and checks, `plan` says what each SKU's winner would do, `apply` does it. Each works inside the caller's
transaction and commits nothing; `connection` is psycopg2's. What the file as a whole is refused for is raised as `Refused`.
"""

from catalog.importer.applying import Applied, apply
from catalog.importer.choices import MAPPING, by_name, by_position, fingerprint
from catalog.importer.choices import parse as parse_mapping
from catalog.importer.columns import Columns
from catalog.importer.encodings import ENCODINGS
from catalog.importer.encodings import known as known_encoding
from catalog.importer.errors import ERRORS, Miscounted, Refused, RowError
from catalog.importer.looking import Look, look
from catalog.importer.mapping import FIELDS
from catalog.importer.mapping import check as check_options
from catalog.importer.noticing import WARNINGS, FileWarning
from catalog.importer.noticing import of_plan as notice_plan
from catalog.importer.numbers import EXAMPLES as NUMBERS
from catalog.importer.options import Options
from catalog.importer.planning import Planned, plan
from catalog.importer.shaping import STEPS
from catalog.importer.staging import Staged, Step, drop, stage, verify

__all__ = [
    "ENCODINGS",
    "ERRORS",
    "FIELDS",
    "MAPPING",
    "NUMBERS",
    "STEPS",
    "WARNINGS",
    "Applied",
    "Columns",
    "FileWarning",
    "Look",
    "Miscounted",
    "Options",
    "Planned",
    "Refused",
    "RowError",
    "Staged",
    "Step",
    "apply",
    "by_name",
    "by_position",
    "check_options",
    "drop",
    "fingerprint",
    "known_encoding",
    "look",
    "notice_plan",
    "parse_mapping",
    "plan",
    "stage",
    "verify",
]
