"""How enrolment pages name things."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.templatetags.xueqiao import weekday_words
from xueqiao.domains.classes.api import ClassDetail
from xueqiao.domains.enrolment.api import PlaceView
from xueqiao.domains.payments import api as payments
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
        return f"{there:%-H:%M}"
    return f"{weekday_words(there.date())} {there:%-H:%M}"


def time_words(run: ClassDetail, now: datetime) -> str:
    """When the class meets: the next meeting, how many are left of how many."""
    ahead = [s for s in run.sessions if s.state != "cancelled" and s.ends_at > now]
    if not ahead:
        return _("课程已经上完")
    first = clock.local(ahead[0].starts_at)
    last = clock.local(ahead[0].ends_at)
    words = f"{weekday_words(first.date())} {first:%-H:%M}–{last:%-H:%M}"
    total = len([s for s in run.sessions if s.state != "cancelled"])
    if len(ahead) < total:
        return _("{words}，共 {total} 次，还有 {left} 次").format(words=words, total=total, left=len(ahead))
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


CONCESSIONS = {
    "hardship": gettext_lazy("困难家庭"),
    "disability": gettext_lazy("残疾人"),
    "veteran": gettext_lazy("退役军人"),
    "student": gettext_lazy("在校学生"),
}


def price_lines(quote: payments.BillQuote) -> list[dict[str, Any]]:
    """原价、补贴、优惠、学习券: what comes off a price, how much, and why. The last line, 实付, is the template's."""
    lines: list[dict[str, Any]] = [{"label": _("原价"), "fen": quote.price_fen, "sign": "", "why": ""}]
    if quote.subsidy_fen:
        lines.append({"label": _("补贴"), "fen": quote.subsidy_fen, "sign": "−", "why": quote.share_source})
    if quote.concession:
        why = _("{kind}减 {percent}%，登记到 {until}").format(
            kind=CONCESSIONS[quote.concession.kind],
            percent=quote.concession.percent,
            until=f"{quote.concession.valid_to:%Y-%m-%d}",
        )
        lines.append({"label": _("优惠"), "fen": quote.concession.amount_fen, "sign": "−", "why": why})
    lines += [{"label": _("学习券"), "fen": part.amount_fen, "sign": "−", "why": part.title} for part in quote.vouchers]
    return lines


PAYERS = {
    "government": gettext_lazy("政府"),
    "market": gettext_lazy("社会资金"),
    "institution": gettext_lazy("办学单位"),
    "voucher": gettext_lazy("学习券"),
    "learner": gettext_lazy("学员"),
}


def payer_words(shares: Iterable[payments.Share]) -> list[dict[str, Any]]:
    """Who carries how much of a bill, for people; the learner too, when somebody else carries a part."""
    rows = [{"label": PAYERS[share.payer_kind], "fen": share.amount_fen} for share in shares if share.amount_fen]
    return rows if len(rows) > 1 or rows[:1] != [r for r in rows if r["label"] == PAYERS["learner"]] else []


def is_late(place: PlaceView, now: datetime) -> bool:
    """True when a hold has run out, whether or not anybody has ended it yet."""
    return place.state == "expired" or (
        place.state == "held" and place.hold_until is not None and place.hold_until <= now
    )
