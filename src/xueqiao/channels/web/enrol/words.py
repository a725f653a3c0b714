"""How enrolment pages name things."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xueqiao.domains.classes.api import ClassDetail
from xueqiao.domains.enrolment.api import PlaceView
from xueqiao.foundation import clock

RELATIONS = {"child": "父母", "parent": "孩子", "guardian": "被监护人", "spouse": "爱人", "other": "家人"}
STATES = {
    "held": "座位保留中",
    "confirmed": "已报名",
    "expired": "保留时间已过",
    "released": "已放弃",
    "withdrawn": "已退课",
    "removed": "已移出",
}
_WEEKDAYS = "一二三四五六日"


def spaced(code: str) -> str:
    """A number in groups of four, as people read it aloud."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def until_words(moment: datetime | None, now: datetime) -> str:
    """`19:42` today, else `3 月 5 日 周三 19:42`: always an absolute time."""
    if moment is None:
        return ""
    there = clock.local(moment)
    if there.date() == clock.local_date(now):
        return f"{there:%H:%M}"
    return f"{there.month} 月 {there.day} 日 周{_WEEKDAYS[there.weekday()]} {there:%H:%M}"


def time_words(run: ClassDetail, now: datetime) -> str:
    """When the class meets: the next meeting, how many are left of how many."""
    ahead = [s for s in run.sessions if s.state != "cancelled" and s.ends_at > now]
    if not ahead:
        return _("课程已经上完")
    first = clock.local(ahead[0].starts_at)
    last = clock.local(ahead[0].ends_at)
    words = f"{first.month} 月 {first.day} 日 周{_WEEKDAYS[first.weekday()]} {first:%H:%M}–{last:%H:%M}"
    return f"{words}，共 {len([s for s in run.sessions if s.state != 'cancelled'])} 次"


def place_words(run: ClassDetail) -> str:
    """Venue and room."""
    return f"{run.card.venue_name} {run.card.room_name}".strip()


def rows_of(
    *, name: str, run: ClassDetail, now: datetime, who_url: str = "", class_url: str = ""
) -> list[dict[str, Any]]:
    """The lines people check: who, what, when, where; each can be changed."""
    return [
        {"label": _("学员"), "value": name, "change_url": who_url},
        {"label": _("班级"), "value": run.card.title, "change_url": class_url},
        {"label": _("时间"), "value": time_words(run, now), "change_url": class_url},
        {"label": _("地点"), "value": place_words(run), "change_url": class_url},
    ]


def is_late(place: PlaceView, now: datetime) -> bool:
    """True when a hold has run out, whether or not anybody has ended it yet."""
    return place.state == "expired" or (
        place.state == "held" and place.hold_until is not None and place.hold_until <= now
    )
