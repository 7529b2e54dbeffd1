"""What is slow to start, and stays for the next module that uses it: a running Catalog, and a Chromium.

A test process runs the modules that share the Catalog one after the other. It ends before a module that does not
use it, because its workers and its steward would have a hand in that module's tests.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

from xdist.scheduler import LoadScopeScheduling

T = TypeVar("T")
MODULES = frozenset(
    f"tests/{name}.py"
    for name in (
        "cli/test_backends",
        "cli/test_upload",
        "web/api/test_remote",
        "web/stories/test_drops",
        "web/stories/test_failed_saves",
        "web/stories/test_grid_story",
        "web/stories/test_import_story",
        "web/stories/test_list_story",
        "web/stories/test_long_lists",
        "web/stories/test_looks",
        "web/stories/test_people_story",
        "web/stories/test_template_button",
        "web/stories/test_story",
        "imports/test_workbook_bombs",
        "webhooks/test_browser",
    )
)
"""All modules that use the Catalog that runs for all of them, or no more than its browser."""

_started: dict[str, tuple[ExitStack, Any]] = {}


class Scheduling(LoadScopeScheduling):
    """Each module goes to one test process, and all that share a Catalog to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::")[0]
        return "shared" if module in MODULES else super()._split_scope(nodeid)


def started(name: str, start: Callable[[], AbstractContextManager[T]]) -> T:
    """What runs under this name; it is started if it does not."""
    if name not in _started:
        stack = ExitStack()
        _started[name] = (stack, stack.enter_context(start()))
    found: T = _started[name][1]
    return found


def end(but: Collection[str] = ()) -> None:
    """End what runs, but for these names."""
    for name in _started.keys() - set(but):
        _started.pop(name)[0].close()
