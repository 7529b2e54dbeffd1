"""The fair order of waiting imports, as laws: nobody starves, users get equal shares, the older of a group is first."""

from collections import Counter
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings, strategies as st

from catalog.imports.waiting import order
from tests.support.examples import examples

USERS = (1, 2, 3, None)
SUPPLIERS = ("", "source 1", "template 2")


@dataclass
class Shop:
    """Workers that always take the next import; each runs for its `size` in seconds."""

    workers: int
    limit: int = 0
    now: float = 0.0
    waiting: list[order.Waiting] = field(default_factory=list)
    running: list[tuple[float, order.Waiting]] = field(default_factory=list)
    shares: order.Shares = field(default_factory=order.Shares)
    started: list[order.Waiting] = field(default_factory=list)

    def work(self) -> None:
        """Fill the free workers."""
        while len(self.running) < self.workers:
            chosen = order.first(self.waiting, self.shares, self.limit, self.now)
            if chosen is None:
                return
            self.waiting.remove(chosen)
            self.shares.start(chosen.group, self.now)
            self.running.append((self.now + chosen.size, chosen))
            self.started.append(chosen)
            self.now += 1e-6  # no two workers choose at once

    def go_on(self) -> None:
        """Until the next import ends."""
        end, ended = min(self.running, key=lambda one: (one[0], one[1].id))
        self.running.remove((end, ended))
        self.now = max(self.now, end)
        self.shares.end(ended.group)


imports = st.builds(
    order.Waiting,
    id=st.just(0),
    user=st.sampled_from(USERS),
    supplier=st.sampled_from(SUPPLIERS),
    priority=st.sampled_from(order.PRIORITIES),
    since=st.integers(0, 30).map(float),
    size=st.integers(1, 9),
)


@settings(max_examples=examples(25, 80), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(imports, max_size=30), st.integers(1, 4), st.integers(0, 2))
def test_nobody_starves_and_the_older_comes_first(arriving: list[order.Waiting], workers: int, limit: int) -> None:
    """Whatever arrives when: each import starts once, those of a group and priority by age, no user above the limit."""
    arriving = [replace(one, id=number) for number, one in enumerate(arriving, 1)]
    shop, left = Shop(workers, limit), sorted(arriving, key=lambda one: one.since)
    while left or shop.waiting or shop.running:
        shop.waiting += [one for one in left if one.since <= shop.now]
        left = [one for one in left if one.since > shop.now]
        shop.work()
        assert not limit or all(count <= limit for user, count in shop.shares.running_of.items() if user)
        if shop.running:
            shop.go_on()
        elif left:
            shop.now = left[0].since
    assert sorted(one.id for one in shop.started) == sorted(one.id for one in arriving)
    for line in order.heads(arriving).values():
        assert [one.id for one in shop.started if one in line] == [one.id for one in line]


@settings(max_examples=examples(15, 40), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), st.integers(1, 4), st.data())
def test_users_that_wait_have_equal_shares(files: list[int], workers: int, data: st.DataObject) -> None:
    """While all of them have files that wait, they have started within one of each other if the files are alike,
    and run within one of each other whatever the files are like.
    """
    alike = data.draw(st.booleans())
    size = st.just(1) if alike else st.integers(1, 30)
    shop = Shop(workers)
    for user, count in enumerate(files):
        for _ in range(count):
            number = len(shop.waiting) + 1
            shop.waiting.append(order.Waiting(number, user, "", "normal", 0.0, data.draw(size)))
    while len({one.user for one in shop.waiting}) == len(files):
        shop.work()
        counts = Counter(one.user for one in shop.started) if alike else shop.shares.running_of
        of_each = [counts[user] for user in range(len(files))]
        if len({one.user for one in shop.waiting}) == len(files):
            assert max(of_each) - min(of_each) <= 1
        shop.go_on()


def test_the_suppliers_of_one_user_take_turns() -> None:
    shop = Shop(1)
    names = ["source 1"] * 3 + ["source 2"] * 2 + [""]
    shop.waiting = [order.Waiting(n, 1, name, "normal", float(n), 1) for n, name in enumerate(names)]
    while shop.waiting:
        shop.work()
        shop.go_on()
    assert [one.supplier for one in shop.started] == ["source 1", "source 2", "", "source 1", "source 2", "source 1"]


def test_a_group_without_a_start_for_an_hour_comes_before_any_priority() -> None:
    low, high = (order.Waiting(1, 1, "", "low", 0.0), order.Waiting(2, 2, "", "high", 0.0))
    shares = order.Shares()
    shares.serve(high.group, 10.0)
    later = order.OVERDUE_SECONDS + 1
    assert order.first([low, high], shares, 0, now=60.0) == high
    assert order.first([low, high], shares, 0, now=later) == low
    shares.serve(low.group, later)  # one start, not all of them
    assert order.first([replace(low, id=3), high], shares, 0, now=later + 1) == high


def test_an_import_whose_worker_stopped_had_its_turn() -> None:
    stopped = order.Waiting(9, 1, "", "low", 50.0, interrupted=True)
    assert order.first([order.Waiting(1, 2, "", "high", 0.0), stopped], order.Shares(), 0, now=60.0) == stopped
