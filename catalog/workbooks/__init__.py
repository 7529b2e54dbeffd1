"""Reads workbooks (.xlsx, .xlsb, .ods) in a process with limits of memory and time: `python -m catalog.workbooks`.

The importer starts the process (`importer/files/sheets`) and reads rows of CSV from it. No module here imports the
importer, Flask or pandas: the process must start quickly, and if a file crashes it, other processes must go on.
"""

import struct
from dataclasses import dataclass


@dataclass
class Limits:
    """Limits of the process that reads a workbook."""

    memory: int = 1536 * 1024**2  # bytes
    seconds: int = 600  # of processor time, and of waiting for the next rows


limits = Limits()
"""The limits of this process, set from the settings when it starts."""

FRAME = struct.Struct(">cII")
"""What comes before each message of the process: its kind, its size in bytes, and the row of the sheet it reached."""
MOST_FRAME = 1024**2  # bytes of one message
HEAD, ROWS, REJECTED, END = b"H", b"R", b"X", b"E"


class Rejected(Exception):
    """The workbook can't be read; the message says why and what to do."""


def damaged(why: str) -> Rejected:
    """The error for a workbook that breaks the rules of its format; `why`: a sentence without its period."""
    return Rejected(f"The workbook is damaged: {why}. Open it in a spreadsheet program and save it again.")
