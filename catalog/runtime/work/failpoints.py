"""Places at which a process can be made to die, so that tests can prove that nothing is lost there.

`CATALOG_FAILPOINT=after_copy` kills the process that gets there, as kill -9 would; `after_copy:pause` freezes it once,
until SIGCONT, so that a server can be restarted or a disk filled in that time. Unset, a place costs one comparison.
"""

import os
import signal

NAMES = {
    "after_store": "The file is stored; no row refers to it yet.",
    "after_row": "The row of the import is committed; it is not queued yet.",
    "after_take": "A worker has the lease and has read nothing.",
    "mid_copy": "Part of the file is copied into the staging table.",
    "after_copy": "The staging table is complete and committed.",
    "after_plan": "The plan is made; nothing is written.",
    "mid_apply": "A slice of the plan is written.",
    "before_commit": "The end of the import is written; its transaction is not committed yet.",
    "after_commit": "Everything is committed; no progress is published.",
    "bulk_mid": "A slice of a bulk job or undo is written.",
    "bulk_before_commit": "The end of a bulk job is written; its transaction is not committed yet.",
    "bulk_after_commit": "A bulk job is committed; no progress is published.",
}
"""Name -> where that is; tests hold CONTRIBUTING to the same list."""

PAUSE = ":pause"

wanted = os.environ.get("CATALOG_FAILPOINT", "")
if wanted and wanted.removesuffix(PAUSE) not in NAMES:
    raise ValueError(f"CATALOG_FAILPOINT={wanted} is not one of {', '.join(NAMES)}.")


def reach(name: str) -> None:
    """Kill or freeze the process if CATALOG_FAILPOINT names this place."""
    global wanted
    if name == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
    elif name + PAUSE == wanted:
        wanted = ""  # once; the next process continues
        os.kill(os.getpid(), signal.SIGSTOP)
