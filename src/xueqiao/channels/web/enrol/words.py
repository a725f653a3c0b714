"""How enrolment pages name things."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.templatetags.xueqiao import weekday_words
from xueqiao.domains.classes.api import ClassDetail
from xueqiao.domains.enrolment.api import PlaceView
from xueqiao.foundation import clock

RELATIONS = {
    "child": gettext_lazy("父母"),
    "parent": gettext_lazy("孩子"),
    "guardian": gettext_lazy("被监护人"),
    "spouse": gettext_lazy("爱人"),
    "other": gettext_lazy("家人"),
}
STATES = {
    "held": gettext_lazy("座位保留中"),
    "confirmed": gettext_lazy("已报名"),
    "expired": gettext_lazy("保留时间已过"),
    "released": gettext_lazy("已放弃"),
    "withdrawn": gettext_lazy("已退课"),
    "removed": gettext_lazy("已移出"),
}


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
    return f"{weekday_words(there.date())} {there:%H:%M}"


def time_words(run: ClassDetail, now: datetime) -> str:
    """When the class meets: the next meeting, how many are left of how many."""
    ahead = [s for s in run.sessions if s.state != "cancelled" and s.ends_at > now]
    if not ahead:
        return _("课程已经上完")
    first = clock.local(ahead[0].starts_at)
    last = clock.local(ahead[0].ends_at)
    words = f"{weekday_words(first.date())} {first:%H:%M}–{last:%H:%M}"
    total = len([s for s in run.sessions if s.state != "cancelled"])
    return _("{words}，共 {total} 次").format(words=words, total=total)


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
