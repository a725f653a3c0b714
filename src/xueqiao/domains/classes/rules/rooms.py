"""Pure rules of lending rooms to residents' clubs."""

from datetime import date, datetime, timedelta

from xueqiao.domains.classes.errors.rooms import BadBooking
from xueqiao.domains.classes.values.rooms import LendingRules
from xueqiao.foundation.clock import at_local, local


def require_lendable(lending: LendingRules, *, starts_at: datetime, hours: int, now: datetime) -> None:
    """Raise BadBooking unless these hours may be lent: whole hours, within opening, in the future, not too far ahead.

    Source: practice of public cultural venues; every number is a parameter of the place.
    """
    start = local(starts_at)
    if not lending.lends:
        raise BadBooking(what="这个中心不外借教室")
    if start.minute or start.second or start.microsecond:
        raise BadBooking(what="要从整点开始")
    if not 1 <= hours <= lending.hours_max:
        raise BadBooking(what=f"一次最多借 {lending.hours_max} 小时")
    if start.hour < lending.opens_hour or start.hour + hours > lending.closes_hour:
        raise BadBooking(what=f"教室 {lending.opens_hour}:00 到 {lending.closes_hour}:00 外借")
    if starts_at <= now:
        raise BadBooking(what="这个时间已经过去")
    if start.date() > local(now).date() + timedelta(days=lending.days_ahead_max):
        raise BadBooking(what=f"最多提前 {lending.days_ahead_max} 天借")


def lending_hours(lending: LendingRules, day: date) -> list[datetime]:
    """The whole hours of a day at which a booking may start."""
    return [at_local(day, hour) for hour in range(lending.opens_hour, lending.closes_hour)] if lending.lends else []


def clean_words(text: str, *, what: str, longest: int) -> str:
    """Words of 2 to `longest` characters without line breaks. Raises BadBooking."""
    clean = " ".join(text.split())
    if not 2 <= len(clean) <= longest or not clean.isprintable():
        raise BadBooking(what=f"{what}要有 2 到 {longest} 个字")
    return clean
