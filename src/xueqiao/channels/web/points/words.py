"""Points and volunteer time in sentences, and what people type about them as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.templatetags.xueqiao import credits as hundredths_words
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput

STATES = {
    "reserved": gettext_lazy("待领取"),
    "handed_over": gettext_lazy("已领取"),
    "taken_back": gettext_lazy("已退回"),
    "lapsed": gettext_lazy("过期未领"),
}
SERVICE_STATES = {
    "asked": gettext_lazy("等安排"),
    "served": gettext_lazy("已完成"),
    "refused": gettext_lazy("安排不了"),
    "withdrawn": gettext_lazy("已取消"),
}
TAGS = {"reserved": "info", "handed_over": "good", "taken_back": "", "lapsed": ""}


def minutes_words(minutes: int) -> str:
    """125 -> 2 小时 5 分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} 分钟").format(minutes=rest)
    if not rest:
        return _("{hours} 小时").format(hours=hours)
    return _("{hours} 小时 {minutes} 分钟").format(hours=hours, minutes=rest)


def day_of(entry: incentives.HistoryEntry) -> date | datetime:
    """The day of the class or of the help, where the line has one; else the moment of the deed."""
    return date.fromisoformat(entry.memo["day"]) if entry.memo.get("day") else entry.at


def points_sentence(entry: incentives.HistoryEntry) -> str:
    """What one line of a points account means."""
    memo, points = entry.memo, hundredths_words(abs(entry.amount))
    title = memo.get("title", "")
    if entry.deed == "earn":
        words = _("《{title}》上课 {minutes} 分钟，得 {points} 分").format(
            title=title, minutes=memo.get("minutes", 0), points=points
        )
        return words + (_("（到了每天或每年的上限）") if memo.get("is_capped") else "")
    if entry.deed == "correct":
        more = (
            _("《{title}》的签到改过，补 {points} 分")
            if entry.amount > 0
            else _("《{title}》的签到改过，扣 {points} 分")
        )
        return more.format(title=title, points=points)
    if entry.deed == "reserve":
        words = {
            "held": _("兑换“{title}”，留出 {points} 分，等您领取"),
            "posted": _("兑换“{title}”，用了 {points} 分"),
        }.get(entry.state, _("兑换“{title}”没有领，{points} 分已退回"))
        return words.format(title=title, points=points)
    plain = {
        "return": _("退回“{title}”，还您 {points} 分"),
        "pot": _("捐给社区 {points} 分"),
        "expire": _("{year} 年的 {points} 分到期清零"),
        "give": _("赠给别人 {points} 分") if entry.amount < 0 else _("别人赠给您 {points} 分"),
    }
    return plain.get(entry.deed, _("{points} 分")).format(title=title, points=points, year=memo.get("year", ""))


def hours_sentence(entry: incentives.HistoryEntry) -> str:
    """What one line of an account of volunteer time means."""
    lasting = minutes_words(abs(entry.amount))
    if entry.deed == "served":
        return _("在{place}：{words}，{lasting}").format(
            place=entry.memo.get("place", ""), words=entry.memo.get("words", ""), lasting=lasting
        )
    if entry.deed == "help":
        said = {
            "held": _("换服务“{words}”，留出 {lasting}"),
            "posted": _("换了服务“{words}”，用了 {lasting}"),
        }.get(entry.state, _("服务“{words}”没有做，{lasting}已退回"))
        return said.format(words=entry.memo.get("words", ""), lasting=lasting)
    plain = {
        "surplus": _("超过上限的 {lasting} 转入时间银行"),
        "give": _("送给家人 {lasting}") if entry.amount < 0 else _("家人送给您 {lasting}"),
    }
    return plain.get(entry.deed, _("捐给时间银行 {lasting}")).format(lasting=lasting)


def hundredths_typed(form: Mapping[str, str], name: str) -> int:
    """Points with up to two decimals, in hundredths. Raises InvalidInput."""
    text = form.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", text):
        raise InvalidInput(what=_("积分写成 2 或 1.5 这样"))
    whole, _dot, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def whole_typed(form: Mapping[str, str], name: str, label: str) -> int:
    """A whole number that people type. Raises InvalidInput."""
    text = form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidInput(what=_("{label}要写成数字").format(label=label))
    return int(text)


def uuid_typed(form: Mapping[str, str], name: str) -> UUID:
    """What a hidden field of our own form names. Raises InvalidInput for a form that was cut or made up."""
    try:
        return UUID(form.get(name, ""))
    except ValueError as failure:
        raise InvalidInput(what=_("表单不完整，请刷新页面再试")) from failure


def places_of(actor: Actor, today: date) -> list[tuple[int, str]]:
    """Where a desk hands things over and organises: its own institution, else the centres of its unit."""
    duties = [duty for duty in actor.duties if duty.role in incentives.DESK_ROLES]
    own = [duty.institution_id for duty in duties if duty.institution_id is not None]
    if own:
        return [(row.id, row.name) for row in institutions.institutions_by_id(own).values()]
    units = sorted(duties, key=lambda duty: duty.high - duty.low)[:1]
    rows = [row for duty in units for row in institutions.institutions_in(duty.low, kind="township_centre", on=today)]
    return [(row.id, row.name) for row in rows[:200]]
