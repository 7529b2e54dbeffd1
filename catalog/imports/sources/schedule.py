"""When a source is due: cron text, in a named time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterError, croniter

FIELDS = 5  # minute, hour, day, month, weekday; no seconds
FORM = "A schedule has five fields: minute, hour, day, month, weekday. 0 6 * * 1-5 is six o'clock on weekdays."


class Invalid(Exception):
    """An invalid schedule; `field` is schedule or time_zone, the message is for people."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def problems(schedule: str, time_zone: str) -> dict[str, str]:
    """Field -> message of errors in the schedule and the time zone."""
    found = {}
    for each in (("", time_zone), (schedule, "UTC")):
        try:
            following(*each, datetime.now(UTC))
        except Invalid as invalid:
            found[invalid.field] = str(invalid)
    return found


def following(schedule: str, time_zone: str, after: datetime) -> datetime | None:
    """The first time of a schedule after this one; None if there is no schedule. Raises Invalid."""
    if time_zone not in available_timezones():
        raise Invalid("time_zone", "Not a time zone such as Europe/Berlin or UTC.")
    if not schedule:
        return None
    if not schedule.startswith("@") and len(schedule.split()) != FIELDS:
        raise Invalid("schedule", FORM)
    try:
        return _next(schedule, after.astimezone(ZoneInfo(time_zone)))
    except (CroniterError, ValueError, KeyError, TypeError, OverflowError):
        raise Invalid("schedule", f"This schedule is not valid, or it never runs. {FORM}") from None


def _next(schedule: str, after: datetime) -> datetime:
    """The next time. When clocks go back, a fixed hour runs only at the first of the two times."""
    moments = croniter(schedule, after)
    while True:
        moment: datetime = moments.get_next(datetime).astimezone(UTC)
        if _is_each_hour(schedule) or not moment.astimezone(after.tzinfo).fold:
            return moment


def _is_each_hour(schedule: str) -> bool:
    fields = schedule.split()
    return "*" in fields[1] if len(fields) == FIELDS else schedule == "@hourly"
