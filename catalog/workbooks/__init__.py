"""A workbook (.xlsx, .xlsb, .ods) read in a process of its own, with a limit of memory and time: `python -m catalog.workbooks`.

The importer starts that process (`importer/files/sheets`) and reads rows of CSV from it. Nothing here knows the importer, Flask or
pandas: the process must start quickly, and what harms it must not harm other processes.
"""

import struct
from dataclasses import dataclass


@dataclass
class Limits:
    """What the process that reads a workbook may use."""

    memory: int = 1536 * 1024**2  # bytes
    seconds: int = 600  # of the processor, and of waiting for the next rows


limits = Limits()
"""Those of this process; the settings are told here when it starts."""

FRAME = struct.Struct(">cII")
"""What comes before each message of the process: its kind, its size in bytes, and the row of the sheet that was reached."""
MOST_FRAME = 1024**2  # bytes of one message
HEAD, ROWS, REJECTED, END = b"H", b"R", b"X", b"E"


class Rejected(Exception):
    """The workbook can't be read; the message says why and what to do."""
