"""The rules of classes, pure: when a class meets, what it costs, who may change it, how a listing is packed.

Distances are in metres on a plane around the place (error below 0.1 % within 50 km), times are aware.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, hypot, radians

from xueqiao.domains.catalogue.api import CATEGORIES
from xueqiao.domains.classes.errors.runs import BadClassPlan, ReasonNeeded, RoomTooSmall
from xueqiao.domains.classes.values.runs import Pattern
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local, local
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.regions.api import Point

CLASS_HOUR_MINUTES = 45
SESSIONS_MAX = 120
CAPACITY_MAX = 500
SPAN_DAYS_MAX = 400
METRES_PER_DEGREE = 111_195
EVENING_FROM_HOUR, AFTERNOON_FROM_HOUR = 17, 12
PLANNERS = ("centre_clerk", "county_officer", "city_officer", "province_officer")
APPROVERS = ("county_officer", "city_officer", "province_officer")
_WEEKDAYS = "一二三四五六日"
STATE_WORDS = {
    "draft": "草稿",
    "awaiting": "待批准",
    "published": "已发布",
    "finished": "已结束",
    "cancelled": "已取消",
}


# -- who may ----------------------------------------------------------------------------------------------------------


def require_may_plan(actor: Actor, region: int) -> None:
    """Staff plan classes only inside their own unit's subtree; the platform's own jobs may. Raises NotAllowed."""
    is_system = actor.kind == "system"
    if not (is_system or (actor.has_role(*PLANNERS) and actor.scope.has_region(region))):
        raise NotAllowed


def require_may_approve(actor: Actor, region: int) -> None:
    """A price is approved by an officer of the county or above. Raises NotAllowed."""
    if not (actor.has_role(*APPROVERS) and actor.scope.has_region(region)):
        raise NotAllowed


def require_reason(reason: str) -> str:
    """A reason people can read, 2 to 120 characters. Raises ReasonNeeded."""
    clean = " ".join(reason.split())
    if not 2 <= len(clean) <= 120 or not clean.isprintable():
        raise ReasonNeeded
    return clean


# -- when it meets ----------------------------------------------------------------------------------------------------


def meeting_days(pattern: Pattern, day_off: Callable[[date], str]) -> tuple[list[date], list[tuple[date, str]]]:
    """The days a class meets, and the days it would have met but for a public holiday, with the holiday's name.

    `day_off(day)` gives the name of the public holiday, "" for any other day. A make-up working day is no reason not
    to meet: evening and weekend classes fit around work. Raises BadClassPlan when the pattern gives no such days.
    """
    require_pattern(pattern)
    weekdays = set(pattern.weekdays)
    days: list[date] = []
    skipped: list[tuple[date, str]] = []
    for offset in range(SPAN_DAYS_MAX):
        day = pattern.first_day + timedelta(days=offset)
        if day.isoweekday() not in weekdays:
            continue
        holiday = day_off(day) if pattern.skips_holidays else ""
        if holiday:
            skipped.append((day, holiday))
            continue
        days.append(day)
        if len(days) == pattern.session_count:
            return days, skipped
    raise BadClassPlan(what=f"{SPAN_DAYS_MAX} 天里排不下 {pattern.session_count} 次课，请每周多排一天或减少次数")


def require_pattern(pattern: Pattern) -> None:
    """Raise BadClassPlan when the pattern itself makes no sense, whatever the calendar says."""
    weekdays = set(pattern.weekdays)
    if not weekdays or not weekdays <= set(range(1, 8)):
        raise BadClassPlan(what="请至少选一个星期几")
    if not 1 <= pattern.session_count <= SESSIONS_MAX:
        raise BadClassPlan(what=f"次数要在 1 到 {SESSIONS_MAX} 之间")
    if not 10 <= pattern.session_minutes <= 480:
        raise BadClassPlan(what="每次要在 10 到 480 分钟之间")
    if not (0 <= pattern.start_hour <= 23 and 0 <= pattern.start_minute <= 59):
        raise BadClassPlan(what="开始时间要写成 19:00 这样")
    if pattern.start_hour * 60 + pattern.start_minute + pattern.session_minutes > 24 * 60:
        raise BadClassPlan(what="一次课不能跨过半夜")
    if not date(2000, 1, 1) <= pattern.first_day <= date(2100, 1, 1):
        raise BadClassPlan(what="开课日期不对")


def require_plan(first_day: date, room_name: str, seats: int, capacity: int, *, today: date) -> None:
    """Raise BadClassPlan or RoomTooSmall when a class cannot begin that day or does not fit the room."""
    if first_day < today:
        raise BadClassPlan(what="开课日期已经过去")
    if capacity > seats:
        raise RoomTooSmall(room=room_name, seats=seats, capacity=capacity)


def meetings(pattern: Pattern, days: Iterable[date]) -> list[tuple[datetime, datetime]]:
    """Start and end of every meeting."""
    starts = [at_local(day, pattern.start_hour, pattern.start_minute) for day in days]
    return [(start, start + timedelta(minutes=pattern.session_minutes)) for start in starts]


def pattern_of(meetings_held: Sequence[tuple[datetime, datetime]], first_day: date) -> Pattern:
    """The pattern that earlier meetings followed, starting again on `first_day`.

    Moved meetings must not bend it: the commonest start time and length win, and weekdays seen only once are left out
    when the class met more often than that. Raises BadClassPlan when there were no meetings.
    """
    if not meetings_held:
        raise BadClassPlan(what="上学期这个班没有排过课，请从头开班")
    starts = [local(start) for start, _ in meetings_held]
    times = [(start.hour, start.minute) for start in starts]
    lengths = [round((end - start).total_seconds() / 60) for start, end in meetings_held]
    hour, minute = max(set(times), key=lambda each: (times.count(each), each))
    weekdays = [start.isoweekday() for start in starts]
    usual = {day for day in weekdays if weekdays.count(day) > 1} or set(weekdays)
    return Pattern(
        first_day=first_day,
        weekdays=tuple(sorted(usual)),
        start_hour=hour,
        start_minute=minute,
        session_minutes=max(set(lengths), key=lambda each: (lengths.count(each), each)),
        session_count=len(meetings_held),
    )


def when_words(starts_at: datetime, ends_at: datetime) -> str:
    """3 月 5 日 周三 19:00–20:30"""
    start, end = local(starts_at), local(ends_at)
    return f"{start.month} 月 {start.day} 日 周{_WEEKDAYS[start.weekday()]} {start:%H:%M}–{end:%H:%M}"


def part_of_day(moment: datetime) -> str:
    """morning before 12:00, afternoon before 17:00, evening from then on, as clocks in the region show it."""
    hour = local(moment).hour
    return "morning" if hour < AFTERNOON_FROM_HOUR else "afternoon" if hour < EVENING_FROM_HOUR else "evening"


@dataclass(frozen=True)
class DayWindows:
    """Half-open windows of time that the day chips mean at a moment."""

    tonight: tuple[datetime, datetime]
    tomorrow: tuple[datetime, datetime]
    weekend: tuple[datetime, datetime]


def day_windows(now: datetime) -> DayWindows:
    """Tonight from 17:00 (or from now, when later) to midnight; tomorrow; what is left of this Saturday and Sunday."""
    today = local(now).date()
    midnight = at_local(today + timedelta(days=1), 0)
    saturday = today + timedelta(days=(5 - today.weekday()) if today.weekday() < 5 else -(today.weekday() - 5))
    return DayWindows(
        tonight=(max(now, at_local(today, EVENING_FROM_HOUR)), midnight),
        tomorrow=(midnight, at_local(today + timedelta(days=2), 0)),
        weekend=(max(now, at_local(saturday, 0)), at_local(saturday + timedelta(days=2), 0)),
    )


def weekday_of(moment: datetime) -> int:
    """1 Monday .. 7 Sunday, in the region."""
    return local(moment).isoweekday()


def learners_needed(*, learners_min: int, capacity: int, share_percent: int) -> int:
    """How many learners a class needs to open: its own minimum, or a share of its seats, whichever is reached first.

    Source: rule 7 of enrolment, 60 % of seats or 12 persons.
    """
    return max(1, min(learners_min, -(-capacity * share_percent // 100)))


# -- what it costs ----------------------------------------------------------------------------------------------------


def class_hours_hundredths(session_count: int, session_minutes: int) -> int:
    """Teaching time in hundredths of a class hour of 45 minutes: 8 meetings of 90 minutes are 1,600."""
    return session_count * session_minutes * 100 // CLASS_HOUR_MINUTES


def cost_price_fen(session_count: int, session_minutes: int, unit_cost_fen: int) -> int:
    """Price per learner at cost, to whole yuan: minutes x unit cost / 45, a half rounded up."""
    exact_times_45 = session_count * session_minutes * unit_cost_fen
    return (exact_times_45 * 2 + CLASS_HOUR_MINUTES * 100) // (CLASS_HOUR_MINUTES * 200) * 100


def subsidy_share_fen(price_fen: int, percent: int) -> int:
    """What government carries, to whole yuan, rounded in the learner's favour and never above the price."""
    return min(price_fen, -(-price_fen * percent // 10_000) * 100)


# -- where ------------------------------------------------------------------------------------------------------------


def metres_between(one: Point, other: Point) -> int:
    """Straight-line distance in metres, on a plane at the first point's latitude."""
    east = (other.lon - one.lon) * cos(radians(one.lat))
    return round(METRES_PER_DEGREE * hypot(east, other.lat - one.lat))


# -- how a listing is packed ------------------------------------------------------------------------------------------

# Facets that do not change with time are packed into one integer when a listing is written; those that do are added by
# the query. One GROUP BY over this integer then counts every facet in one pass over the narrow table.
CATEGORY_MASK, PART_SHIFT, PART_MASK = 0b111, 3, 0b11_000
FREE_BIT, ELDERS_BIT, LIFT_BIT = 1 << 5, 1 << 6, 1 << 7
TONIGHT_BIT, TOMORROW_BIT, WEEKEND_BIT, SEATS_BIT, WALK_BIT = 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12
PARTS = ("morning", "afternoon", "evening")
DAY_BITS = {"tonight": TONIGHT_BIT, "tomorrow": TOMORROW_BIT, "weekend": WEEKEND_BIT}
_CATEGORY_NUMBER = {name: number for number, name in enumerate(CATEGORIES, start=1)}


def facet_bits(*, category: str, part: str, is_free: bool, suits_elders: bool, has_lift: bool) -> int:
    """The unchanging facets of one listing. An unknown category is 0 and counted in no facet."""
    return (
        _CATEGORY_NUMBER.get(category, 0)
        | PARTS.index(part) << PART_SHIFT
        | (FREE_BIT if is_free else 0)
        | (ELDERS_BIT if suits_elders else 0)
        | (LIFT_BIT if has_lift else 0)
    )


def values_in(bits: int) -> dict[str, tuple[str, ...]]:
    """Facet -> the values a listing with these bits shows under."""
    category, part = bits & CATEGORY_MASK, PARTS[(bits & PART_MASK) >> PART_SHIFT]
    return {
        "day": tuple(day for day, bit in DAY_BITS.items() if bits & bit),
        "part": (part, "daytime") if part != "evening" else (part,),
        "category": (CATEGORIES[category - 1],) if category else (),
        "free": ("1",) if bits & FREE_BIT else (),
        "elders": ("1",) if bits & ELDERS_BIT else (),
        "lift": ("1",) if bits & LIFT_BIT else (),
        "seats": ("1",) if bits & SEATS_BIT else (),
        "walk": ("1",) if bits & WALK_BIT else (),
    }


def facet_counts(
    groups: Iterable[tuple[int, int]], wanted: Mapping[str, str]
) -> tuple[int, dict[tuple[str, str], int]]:
    """Count listings in all filters, and for each value of each facet those in that value and all *other* filters.

    groups: (bits, number of listings). wanted: facet -> chosen value, only for filters that are on.
    """
    total = 0
    counts: dict[tuple[str, str], int] = {}
    for bits, number in groups:
        values = values_in(bits)
        failing = [facet for facet, value in wanted.items() if value not in values[facet]]
        if len(failing) > 1:
            continue
        if not failing:
            total += number
        for facet in failing or values:
            for value in values[facet]:
                counts[facet, value] = counts.get((facet, value), 0) + number
    return total, counts


def is_for_elders(serves_elders: bool, age_max: int | None, is_step_free: bool) -> bool:
    """A class suits elders when its institution serves them, no age limit shuts them out, and stairs do not either."""
    return serves_elders and is_step_free and (age_max is None or age_max >= 60)


def shown_enrolment(*, state: str, seats_left: int, opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """What a card says about enrolling: open, not_yet, closed or full."""
    if state != "published" or now >= closes_at:
        return "closed"
    if now < opens_at:
        return "not_yet"
    return "open" if seats_left > 0 else "full"
