"""All of last term's classes at once: the list with every clash and a fix beside it, then one press; and the drafts.

Nothing is kept between two presses but the form itself: what differs from last term travels in one hidden field per
class, `set-CODE` = room:teacher:day, empty for "as last term". So the page works without scripts and in two windows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.templatetags.xueqiao import day_words, moment_words
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused

_SET = re.compile(r"(\d{0,18}):(\d{0,18}):(\d{4}-\d{2}-\d{2})?")
DAYS_AHEAD_MAX = 400
DRAFTS_SHOWN_MAX = 100
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def copy_all(request: HttpRequest) -> HttpResponse:
    """Last term's list from a first day on: check it, take fixes, change single classes, open all drafts."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    centre = centre_of(actor, today)
    given = request.POST if request.method == "POST" else request.GET
    refusal, status = "", 200
    try:
        first_day = _first_day(given.get("first_day", ""), today)
    except InvalidInput as wrong:
        first_day, refusal, status = _usual_first_day(today), wrong.message, 422
    choices = _choices(given)
    step = request.POST.get("step", "") if not refusal else ""
    found = classes.access_copy_list(actor, centre.id, first_day=first_day, choices=choices, now=now)
    if step.startswith("fix"):
        choices = _with_fixes(choices, found, step.partition(":")[2])
        found = classes.access_copy_list(actor, centre.id, first_day=first_day, choices=choices, now=now)
    ticked = _ticked(given, found) if request.method == "POST" else {row.code for row in found.rows}
    if step == "open":
        wanted = [row.choice for row in found.rows if row.code in ticked]
        try:
            made = classes.copy_classes(
                actor=actor, institution_id=centre.id, first_day=first_day, choices=wanted, now=now
            )
        except Refused as refused:
            refusal, status = refused.message, refused.status
        else:
            messages.success(
                request,
                ngettext(
                    "做好了 {n} 个班的草稿，教室和老师都占下了。居民还看不到，发布才看得到。",
                    "做好了 {n} 个班的草稿，教室和老师都占下了。居民还看不到，发布才看得到。",
                    len(made),
                ).format(n=len(made)),
            )
            return redirect("centre_drafts")
    editing = step.partition(":")[2] if step.startswith("edit:") else ""
    rows = [_row(row, found, is_ticked=row.code in ticked, is_edited=row.code == editing) for row in found.rows]
    context = {
        "centre": centre,
        "found": found,
        "first_day": first_day,
        "refusal": refusal,
        "broken": [row for row in rows if not row["row"].is_fine],
        "fine": [row for row in rows if row["row"].is_fine],
        "fixes": sum(1 for row in found.rows if row.fix and row.code in ticked),
        "ready": sum(1 for row in found.rows if row.is_fine and row.code in ticked),
        "waiting": sum(1 for row in found.rows if not row.is_fine and row.code in ticked),
    }
    return render(request, "centre/copy_all.html", context, status=status)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """Drafts of the centre, all ticked: publish them in one press. Those with a price go to the county together."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    cards = classes.runs_of(centre.id, now=now, states=("draft",), limit=DRAFTS_SHOWN_MAX)
    refusal, status, codes = "", 200, {card.code for card in cards}
    if request.method == "POST":
        chosen = {code[:20] for code in request.POST.getlist("code")}
        try:
            if not chosen <= codes:
                raise NotAllowed
            made = classes.publish_classes(actor=actor, codes=sorted(chosen), now=now)
        except Refused as refused:
            if refused.status == NotAllowed.status:
                raise
            refusal, status, codes = refused.message, refused.status, chosen
        else:
            messages.success(request, _published(made))
            return redirect("centre_drafts")
    first = classes.first_meetings(card.run_id for card in cards)
    context = {
        "centre": centre,
        "rows": [{"card": card, "is_ticked": card.code in codes, "first": first.get(card.run_id)} for card in cards],
        "with_price": sum(1 for card in cards if card.price_fen),
        "awaiting": len(classes.runs_of(centre.id, now=now, states=("awaiting",), limit=DRAFTS_SHOWN_MAX)),
        "refusal": refusal,
    }
    return render(request, "centre/drafts.html", context, status=status)


def _published(made: list[classes.ClassDetail]) -> str:
    out = sum(1 for each in made if each.state == "published")
    words = [
        _("{n} 个班已发布，居民现在能报名了。").format(n=out) if out else "",
        _("{n} 个收费的班已送县区批准。").format(n=len(made) - out) if out < len(made) else "",
    ]
    return "".join(words)


# -- the form ---------------------------------------------------------------------------------------------------------


def _usual_first_day(today: date) -> date:
    """The Monday about four weeks ahead: time enough to announce a term."""
    ahead = today + timedelta(days=28)
    return ahead + timedelta(days=-ahead.weekday() % 7)


def _first_day(text: str, today: date) -> date:
    """The first day of the term. Raises InvalidInput for nonsense, for the past and for days far away."""
    if not text:
        return _usual_first_day(today)
    try:
        day = date.fromisoformat(text)
    except ValueError as failure:
        raise InvalidInput(what=_("学期第一天要写成 2026-09-01 这样")) from failure
    if not today < day <= today + timedelta(days=DAYS_AHEAD_MAX):
        raise InvalidInput(what=_("学期第一天要在明天到一年之内"))
    return day


def _choices(given: QueryDict) -> dict[str, classes.CopyChoice]:
    """What differs from last term, by code: the hidden fields, then the open row's own fields."""
    found: dict[str, classes.CopyChoice] = {}
    for name, value in given.items():
        if name.startswith("set-") and (match := _SET.fullmatch(str(value))):
            code = name.removeprefix("set-")[:20]
            room, teacher, day = match.groups()
            found[code] = classes.CopyChoice(code, _iso(day), _number(room), _number(teacher))
    code = given.get("editing", "")[:20]
    if code:
        found[code] = classes.CopyChoice(
            code, _iso(given.get("day")), _number(given.get("room")), _number(given.get("teacher"))
        )
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _ticked(given: QueryDict, found: classes.CopyList) -> set[str]:
    return {code for code in given.getlist("code") if found.row(code)}


def _with_fixes(
    choices: Mapping[str, classes.CopyChoice], found: classes.CopyList, only: str
) -> dict[str, classes.CopyChoice]:
    """The choices with the proposed fix of one class, or of all when none is named."""
    fixes = {row.code: row.fix.choice for row in found.rows if row.fix and only in ("", row.code)}
    return {**choices, **fixes}


# -- words ------------------------------------------------------------------------------------------------------------


def _row(row: classes.CopyRow, found: classes.CopyList, *, is_ticked: bool, is_edited: bool) -> dict[str, Any]:
    choice = row.choice
    kept = ":".join(
        (
            str(choice.room_id or ""),
            str(choice.teacher_id or ""),
            choice.first_day.isoformat() if choice.first_day else "",
        )
    )
    shown: dict[str, Any] = {
        "row": row,
        "is_ticked": is_ticked,
        "is_edited": is_edited,
        "kept": "" if kept == "::" else kept,
        "weekdays": "、".join(_(WEEKDAYS[each - 1]) for each in row.weekdays),
        "clock": f"{row.minute // 60}:{row.minute % 60:02d}",
        "problems": [clash_words(each, row) for each in row.clashes]
        + ([row.refusal.message] if row.refusal is not None else []),
        "fix": fix_words(row.fix) if row.fix else "",
    }
    if is_edited:
        shown["rooms"] = [
            (room_id, _("{room}（{seats} 座）").format(room=name, seats=seats), room_id == row.room_id)
            for room_id, (name, seats) in found.rooms.items()
            if seats >= row.capacity or room_id == row.room_id
        ]
        shown["teachers"] = [(each, name, each == row.teacher_id) for each, name in found.teachers.items()]
        shown["day"] = (choice.first_day or found.first_day).isoformat()
    return shown


def clash_words(use: classes.Use, row: classes.CopyRow) -> str:
    """Who is in the way, where and when first: 101 教室 3 月 9 日 周一 19:00 已有《剪纸》。"""
    who = row.room_name if use.kind == "room" else _("{name}老师").format(name=row.teacher_name)
    return _("{who} {when} 已有《{title}》").format(who=who, when=moment_words(use.starts_at), title=use.title) + (
        _("（也在这张表里）") if use.key else ""
    )


def fix_words(fix: classes.CopyFix) -> str:
    parts = [
        _("换到{room}（{seats} 座，都空着）").format(room=fix.room_name, seats=fix.room_seats) if fix.room_name else "",
        _("请{name}老师上").format(name=fix.teacher_name) if fix.teacher_name else "",
        _("{day} 起开课").format(day=day_words(fix.first_day)) if fix.first_day else "",
    ]
    return "，".join(part for part in parts if part)
