"""The fair order of imports that wait: by priority, then users and suppliers in turn, then age. Knows no database.

A group is a user and a supplier (the source or the template of the file). Between users, and between the groups of one
user, the next import belongs to the one with the fewest running imports, then to the one served the longest ago.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PRIORITIES = ("low", "normal", "high")
OVERDUE_SECONDS = 3600.0  # after so long without a start, a group gets one before all others, whatever the priority
NEVER = float("-inf")

Group = tuple[int | None, str]
"""A user (None: commands without a user) and a supplier ("": not known)."""


@dataclass(frozen=True)
class Waiting:
    """An import that waits; `since` in seconds of any clock that the other times use too."""

    id: int
    user: int | None
    supplier: str
    priority: str
    since: float
    size: int = 0  # bytes of its file
    interrupted: bool = False  # its worker stopped; it had its turn

    @property
    def group(self) -> Group:
        """Its user and supplier."""
        return self.user, self.supplier


@dataclass
class Shares:
    """How much each user and group has: imports that run now, and the time of the last start."""

    running: Counter[Group] = field(default_factory=Counter)
    served: dict[Group, float] = field(default_factory=dict)
    running_of: Counter[int | None] = field(default_factory=Counter)
    served_of: dict[int | None, float] = field(default_factory=dict)

    def start(self, group: Group, at: float) -> None:
        """An import of the group starts to run."""
        self.running[group] += 1
        self.running_of[group[0]] += 1
        self.serve(group, at)

    def serve(self, group: Group, at: float) -> None:
        """An import of the group was started at this time."""
        self.served[group] = max(at, self.served.get(group, NEVER))
        self.served_of[group[0]] = max(at, self.served_of.get(group[0], NEVER))

    def end(self, group: Group) -> None:
        """An import of the group has ended."""
        self.running[group] -= 1
        self.running_of[group[0]] -= 1


def first(waiting: Iterable[Waiting], shares: Shares, limit: int, now: float) -> Waiting | None:
    """The import whose turn it is; None: none waits, or every waiting user runs `limit` imports (0: no limit)."""
    return min(allowed(waiting, shares, limit), key=lambda one: _rank(one, shares, now), default=None)


def allowed(waiting: Iterable[Waiting], shares: Shares, limit: int) -> Iterator[Waiting]:
    """The imports of users who run fewer than `limit`."""
    return (one for one in waiting if not limit or one.user is None or shares.running_of[one.user] < limit)


def heads(waiting: Iterable[Waiting]) -> dict[tuple[Group, str, bool], list[Waiting]]:
    """The waiting imports by what decides their turn; each list is in order of age, only its first can be the next."""
    lines: dict[tuple[Group, str, bool], list[Waiting]] = {}
    for one in sorted(waiting, key=lambda one: (one.since, one.id)):
        lines.setdefault((one.group, one.priority, one.interrupted), []).append(one)
    return lines


def _rank(one: Waiting, shares: Shares, now: float) -> tuple[float, ...]:
    """Smaller is sooner."""
    served = shares.served.get(one.group, NEVER)
    overdue = now - max(one.since, served) >= OVERDUE_SECONDS
    return (
        not one.interrupted,
        not overdue,
        -PRIORITIES.index(one.priority),
        shares.running_of[one.user],
        shares.served_of.get(one.user, NEVER),
        shares.running[one.group],
        served,
        one.since,
        one.id,
    )
