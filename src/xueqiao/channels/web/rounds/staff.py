"""一轮报名的工作人员页面：安排、开放、取消，看志愿从哪里来，晚到的表由第二个人决定。"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.views import centre_of
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.rounds import words
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused

DESK = STAFF(people.CENTRE_CLERK, people.COUNTY_OFFICER)
CLASSES_MAX = 60


@open_to(DESK)
@require_safe
def rounds_page(request: HttpRequest) -> HttpResponse:
    """The rounds of the actor's units, with what each waits for."""
    actor, now = actor_of(request), clock.now()
    rows = [
        {
            "round": each,
            "state": words.state_of(each, now),
            "mode": words.MODES[each.mode],
            "has_draw": each.mode != "interview" and each.state in {"frozen", "drawn", "closed"},
            "is_due": words.is_due(each, now),
        }
        for each in enrolment.rounds_in(actor=actor, now=now)
    ]
    return render(request, "rounds/staff_list.html", {"rows": rows, "is_clerk": actor.has_role(people.CENTRE_CLERK)})


@open_to(DESK)
@require_safe
def round_page(request: HttpRequest, code: str) -> HttpResponse:
    """One round at the desk: its plan as residents will read it, entries by channel, late forms."""
    actor, now = actor_of(request), clock.now()
    return render(request, "rounds/staff_round.html", _context(actor, code, now))


def _context(actor: Actor, code: str, now: datetime) -> dict[str, Any]:
    shown = enrolment.access_round(actor=actor, code=code, now=now)
    by_channel = enrolment.entries_by_channel(shown.id)
    entries = enrolment.entries_at_counter(actor=actor, code=code, now=now, limit=60)
    return {
        "shown": shown,
        "state": words.state_of(shown, now),
        "mode_word": words.MODES[shown.mode],
        "dates": words.dates(shown),
        "sentences": words.sentences(shown),
        "runs": [{"run": each, "quotas": words.quotas(each), "number": n} for n, each in enumerate(shown.runs, 1)],
        "channels": [{"label": words.CHANNELS[name], "value": count} for name, count in by_channel.items()],
        "entries": [
            {
                "entry": each,
                "names": "、".join(people.mask_name(member.name) for member in each.agreed) or "–",
                "channel": words.CHANNELS[each.channel],
                "state": words.entry_state(each, shown.mode),
            }
            for each in entries
        ],
        "late": enrolment.late_entries_of(actor=actor, round_id=shown.id),
        "takes_wishes": shown.takes_wishes(now),
        "is_after_close": shown.state == "open" and now >= shown.wishes_close_at,
        "may_open": shown.state == "planned" and shown.planned_by_id != actor.person_id,
        "may_cancel": shown.state in {"planned", "open", "frozen"},
        "is_clerk": actor.has_role(people.CENTRE_CLERK),
    }


@open_to(DESK)
@require_POST
def open_round(request: HttpRequest, code: str) -> HttpResponse:
    """开放: the second person."""
    return _pressed(request, code, _("已经开放，居民看得到了。"), enrolment.open_round)


@open_to(DESK)
@require_POST
def cancel_round(request: HttpRequest, code: str) -> HttpResponse:
    """取消, with a reason that everybody in it is told."""
    return _pressed(
        request,
        code,
        _("已经取消，填过志愿的人都通知了。"),
        enrolment.cancel_round,
        reason=request.POST.get("reason", ""),
    )


@open_to(DESK)
@require_POST
def decide_late(request: HttpRequest, code: str, late_uuid: UUID) -> HttpResponse:
    """收 or 不收 a late form: another person than who received it."""
    actor, now = actor_of(request), clock.now()
    try:
        enrolment.decide_late_entry(
            actor=actor,
            late_uuid=late_uuid,
            accepts=request.POST.get("answer") == "accept",
            decision=request.POST.get("reason", ""),
            now=now,
        )
    except Refused as refusal:
        return _refused(request, actor, code, refusal)
    messages.success(request, _("已经记下您的决定。"))
    return redirect("rounds_staff_round", code=code)


def _pressed(request: HttpRequest, code: str, done: str, deed: Any, **values: Any) -> HttpResponse:
    actor = actor_of(request)
    try:
        deed(actor=actor, code=code, now=clock.now(), **values)
    except Refused as refusal:
        return _refused(request, actor, code, refusal)
    messages.success(request, done)
    return redirect("rounds_staff_round", code=code)


def _refused(request: HttpRequest, actor: Actor, code: str, refusal: Refused) -> HttpResponse:
    if refusal.status >= 500 or refusal.status == 404:
        raise refusal
    context = _context(actor, code, clock.now()) | {"refusal": refusal.message}
    return render(request, "rounds/staff_round.html", context, status=refusal.status)


# --- the plan ------------------------------------------------------------------------------------------------------


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """安排一轮: filled in with sound windows; choose the classes, look, save. Another person opens it."""
    actor, now = actor_of(request), clock.now()
    body = _institution(actor, clock.local_date(now))
    cards = [card for card in _cards(actor, body, now) if card.admission in words.MODES]
    typed = request.POST if request.method == "POST" else None
    context = {
        "body": body,
        "cards": [_card_row(card, typed) for card in cards],
        "modes": [{"value": k, "label": v} for k, v in words.MODES.items()],
        "buckets": [{"value": k, "label": v} for k, v in words.BUCKETS.items()],
        "values": {k: v for k, v in typed.items()} if typed else _first_values(body, now),  # noqa: C416
        "numbers": enrolment.numbers_at(region=body.region, institution_id=body.id, now=now),
    }
    if typed is None:
        return render(request, "rounds/plan.html", context)
    try:
        planned = enrolment.plan_round(actor=actor, plan=_read_plan(typed, body, cards, now), now=now)
    except Refused as refusal:
        if refusal.status >= 500:
            raise
        return render(request, "rounds/plan.html", context | {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("安排已经存好。请另一位同事来开放。"))
    return redirect("rounds_staff_round", code=planned.code)


def _institution(actor: Actor, day: date) -> institutions.InstitutionView:
    """Who holds the round: a clerk's centre, or the county's college for an officer."""
    if actor.has_role(people.CENTRE_CLERK):
        return centre_of(actor, day)
    for low, _high in actor.scope.ranges:
        found = institutions.institutions_in(low, kind="county_college", on=day)
        if found:
            return found[0]
    raise NotAllowed


def _cards(actor: Actor, body: institutions.InstitutionView, now: datetime) -> list[classes.ClassCard]:
    if actor.has_role(people.CENTRE_CLERK):
        return classes.runs_of(body.id, now=now, states=("published",), limit=CLASSES_MAX)
    centres = institutions.institutions_in(body.region, kind="township_centre", on=clock.local_date(now))
    found = [card for each in centres[:30] for card in classes.runs_of(each.id, now=now, states=("published",))]
    return found[:CLASSES_MAX]


def _card_row(card: classes.ClassCard, typed: Any) -> dict[str, Any]:
    def value(name: str, default: str = "") -> str:
        return str(typed.get(f"{name}-{card.run_id}", "")) if typed is not None else default

    return {
        "card": card,
        "mode": words.MODES[card.admission],
        "is_chosen": bool(value("take")) if typed is not None else False,
        "seats": value("seats", str(card.seats_left)),
        "is_beginner": bool(value("beginner")),
        "quotas": [
            {"bucket": bucket, "label": label, "value": value(f"quota-{bucket}")}
            for bucket, label in words.BUCKETS.items()
        ],
        "continues": value("continues"),
        "series_terms": value("terms"),
    }


def _first_values(body: institutions.InstitutionView, now: datetime) -> dict[str, str]:
    """Windows that fit the parameters, from tomorrow on."""
    numbers = enrolment.numbers_at(region=body.region, institution_id=body.id, now=now)
    info = clock.local_date(now) + timedelta(days=1)
    opens = info + timedelta(days=numbers.info_days)
    closes = opens + timedelta(days=numbers.wish_days_min + 1)

    def at(day: date, hour: int) -> str:
        return f"{day.isoformat()}T{hour:02d}:00"

    return {
        "title": "",
        "mode": "draw",
        "info_opens_at": at(info, 8),
        "priority_opens_at": "",
        "wishes_open_at": at(opens, 8),
        "wishes_close_at": at(closes, 18),
        "source_due_at": at(closes + timedelta(days=1), 21),
        "source_kind": "lottery",
        "source_name": "",
        "offer_hours": str(enrolment.offer_hours_at(region=body.region, institution_id=body.id, now=now)),
        "leftovers_open_at": "",
        "wishes_max": str(numbers.wishes_max),
        "group_size_max": str(numbers.group_size_max),
        "series": body.code,
    }


def _read_plan(
    typed: Any, body: institutions.InstitutionView, cards: list[classes.ClassCard], now: datetime
) -> enrolment.RoundPlan:
    chosen = [card for card in cards if typed.get(f"take-{card.run_id}")]
    is_interview = typed.get("mode") == "interview"
    return enrolment.RoundPlan(
        title=typed.get("title", ""),
        institution_id=body.id,
        mode=typed.get("mode", ""),
        runs=tuple(_read_run(typed, card) for card in sorted(chosen, key=lambda card: card.code)),
        info_opens_at=local_moment(typed.get("info_opens_at", "")),
        priority_opens_at=local_moment(typed["priority_opens_at"]) if typed.get("priority_opens_at") else None,
        wishes_open_at=local_moment(typed.get("wishes_open_at", "")),
        wishes_close_at=local_moment(typed.get("wishes_close_at", "")),
        source_kind="panel" if is_interview else typed.get("source_kind", ""),
        source_name=_("两位老师打分") if is_interview else typed.get("source_name", ""),
        source_due_at=local_moment(typed.get("source_due_at", "")),
        leftovers_open_at=local_moment(typed["leftovers_open_at"]) if typed.get("leftovers_open_at") else None,
        series=typed.get("series", ""),
        offer_hours=_number(typed.get("offer_hours", "")),
        wishes_max=1 if is_interview else _number(typed.get("wishes_max", "")),
        group_size_max=1 if is_interview else _number(typed.get("group_size_max", "")),
        open_to=body.region if typed.get("residents_only") else 0,
    )


def _read_run(typed: Any, card: classes.ClassCard) -> enrolment.RoundRunPlan:
    kept = {bucket: _number(typed.get(f"quota-{bucket}-{card.run_id}") or "0") for bucket in words.BUCKETS}
    return enrolment.RoundRunPlan(
        run_code=card.code,
        seats=_number(typed.get(f"seats-{card.run_id}", "")),
        is_beginner=bool(typed.get(f"beginner-{card.run_id}")),
        quotas=tuple(enrolment.QuotaPlan(bucket, seats) for bucket, seats in kept.items() if seats),
        continues=typed.get(f"continues-{card.run_id}", "").strip()[:20],
        series_terms=_number(typed.get(f"terms-{card.run_id}") or "0"),
    )


def local_moment(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text[:16])
    except ValueError as failure:
        raise InvalidInput(what=_("日期和时间没有填全")) from failure
    return clock.at_local(local.date(), local.hour, local.minute)


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise InvalidInput(what=_("座位数、小时数要填整数"))
    return int(text)
