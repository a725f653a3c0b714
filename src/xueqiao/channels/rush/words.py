"""What a waiting page says, in plain words; the same from memory and from Django."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xueqiao.domains.enrolment.api import RoomView, refresh_seconds, wait_minutes
from xueqiao.foundation.clock import local


@dataclass(frozen=True)
class WaitingWords:
    """title: the page's first line. lead and lines: what follows. refresh: seconds until the page asks again."""

    title: str
    lead: str
    lines: tuple[str, ...]
    refresh: int
    is_full: bool = False  # every seat is taken for good: the page leads to the waiting list
    seldom: bool = False  # more wait in front than seats are left: the page offers other classes


def waiting_words(
    room: RoomView, *, number: int | None, ahead: int, called_per_minute: float, now: datetime
) -> WaitingWords:
    """Words for somebody who waits. number: None before the opening."""
    seconds = (room.opens_at - now).total_seconds()
    refresh = refresh_seconds(
        ahead=None if number is None else ahead, seconds_to_opening=seconds, seats_left=room.seats_left
    )
    refresh = max(3, round(refresh * random.uniform(0.85, 1.25)))  # noqa: S311 - jitter, not a secret
    if number is None:
        return _before(room, refresh)
    if not room.seats_left and not room.seats_held:
        return WaitingWords(
            title=_("您是 {number} 号").format(number=number),
            lead=_("座位已经满了"),
            lines=(_("有人退出来，先给候补的人，再按号叫。"), _("排上候补，有座位就通知您，不用守着这一页。")),
            refresh=refresh,
            is_full=True,
        )
    there = _("前面还有 {count} 位").format(count=ahead) if ahead else _("下一个就是您")
    return WaitingWords(
        title=_("您是 {number} 号").format(number=number),
        lead=there,
        lines=(_seats(room), _wait(room, ahead, called_per_minute)),
        refresh=refresh,
        seldom=ahead >= room.seats_left + room.seats_held,
    )


def _before(room: RoomView, refresh: int) -> WaitingWords:
    opens = local(room.opens_at)
    return WaitingWords(
        title=_("{time} 开始报名").format(time=f"{opens:%H:%M}"),
        lead=_("您已经在等候室里了。"),
        lines=(
            _("开始的时候，给等在这里的每个人随机排号。早来晚来一样，不用抢。"),
            _("开始以后才来的，接着往后排。"),
        ),
        refresh=refresh,
    )


def _seats(room: RoomView) -> str:
    if room.seats_left:
        return ngettext("还有 {count} 个座位。", "还有 {count} 个座位。", room.seats_left).format(count=room.seats_left)
    return _("座位都有人在办了。有人放弃，会按号放出来。")


def _wait(room: RoomView, ahead: int, called_per_minute: float) -> str:
    if not room.seats_left:
        return _("什么时候轮到您，现在说不准。")
    if ahead < room.seats_left and ahead < 50:
        return _("大约 1 分钟内轮到您。")
    minutes = wait_minutes(ahead=ahead, called_per_minute=called_per_minute)
    if minutes is None:
        return _("正在叫号，请稍等。")
    return _("大约还要 {count} 分钟。").format(count=minutes)
