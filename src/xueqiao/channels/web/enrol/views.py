"""报名：给谁报名、核对、办好。 Three screens for a free class; a paid one goes on to `pay`."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.enrol.words import (
    RELATIONS,
    STATES,
    is_late,
    place_words,
    price_lines,
    rows_of,
    spaced,
    until_words,
)
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput, Refused
from xueqiao.foundation.undo import api as undoing

STEPS_FREE = [gettext_lazy("给谁报名"), gettext_lazy("核对"), gettext_lazy("报好了")]
STEPS_PAID = [gettext_lazy("给谁报名"), gettext_lazy("核对"), gettext_lazy("付款"), gettext_lazy("报好了")]


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, class_code: str) -> HttpResponse:
    """给谁报名: pressing a person holds the seat."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    choices = choices_of(actor, now)
    if request.method == "POST":
        wanted = request.POST.get("person", "")
        person = next((c for c in choices if str(c["value"]) == wanted), None)
        if person is None:
            raise InvalidInput(what=_("没有选给谁报名"))
        try:
            place = enrolment.hold_seat(
                actor=actor,
                run_id=run.run_id,
                person_id=person["id"],
                request_key=request.POST.get("form_key", "")[:64],
                channel="web",
                now=now,
            )
        except Refused as refusal:
            if refusal.code == "already_enrolled":
                messages.info(request, refusal.message)
                return redirect("enrol_who", class_code=class_code)
            if refusal.code != "class_full" or not enrolment.line_end(run.run_id, now=now).is_open:
                raise
            messages.info(request, _("刚刚满了，没有报上。可以马上排候补，有座位就通知您。"))
            return redirect(f"{reverse('enrol_wait', args=[class_code])}?for={person['value']}")
        return redirect("enrol_check", place_uuid=place.uuid)
    has = {
        place.person_id: place
        for place in enrolment.places_held_by(actor=actor, person_ids=[c["id"] for c in choices], live_only=True)
        if place.run_id == run.run_id and not is_late(place, now)
    }
    held = [
        {"place": has[c["id"]], "name": c["label"], "until": until_words(has[c["id"]].hold_until, now)}
        for c in choices
        if c["id"] in has
    ]
    return render(
        request,
        "enrol/who.html",
        {
            "run": run,
            "card": run.card,
            "time_words": rows_of(name="", run=run, now=now)[2]["value"],
            "place_words": place_words(run),
            "choices": [choice for choice in choices if choice["id"] not in has],
            "held": held,
            "line": None if run.card.seats_left else open_line(run.run_id, now),
            "form_key": uuid4().hex,
            "steps": STEPS_PAID if run.card.to_pay_fen else STEPS_FREE,
        },
    )


@open_to(RESIDENT)
@require_safe
def check(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """核对: who, what, when, where, how much, until when the seat is kept."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    if place.state == "confirmed":
        return redirect("enrol_done", place_uuid=place.uuid)
    if place.state == "withdrawn":
        return redirect("enrol_withdraw", place_uuid=place.uuid)
    run = classes.get_class_by_id(place.run_id, now=now)
    is_gone = is_late(place, now) or place.state != "held"
    quote = enrolment.quote_for(place=place, now=now) if run.card.price_fen else None
    to_pay_fen = quote.to_pay_fen if quote else 0
    context = {
        "place": place,
        "run": run,
        "quote": quote,
        "price_lines": price_lines(quote) if quote else [],
        "to_pay_fen": to_pay_fen,
        "rows": rows_of(
            name=_name_of(actor, place.person_id),
            run=run,
            now=now,
            who_url="" if is_gone else f"/enrol/{run.code}/",
            class_url="" if is_gone else "/find/",
        ),
        "until": until_words(place.hold_until, now),
        "refund_rule": enrolment.refund_rule_of(region=run.region, institution_id=run.card.institution_id, now=now),
        "steps": STEPS_PAID if to_pay_fen else STEPS_FREE,
    }
    if is_gone:
        bill = payments.find_bill_for(purpose="enrolment", purpose_id=place.id)
        context |= {"state_words": STATES[place.state], "has_paid": bool(bill and bill.has_been_paid)}
        return render(request, "enrol/gone.html", context, status=409)
    return render(request, "enrol/check.html", context)


@open_to(RESIDENT)
@require_POST
def confirm(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """确认: a free class is done, a paid one gets its bill. Pressing twice changes nothing."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    try:
        if place.state == "confirmed":
            return redirect("enrol_done", place_uuid=place.uuid)
        agreed_fen = _fen(request.POST.get("agreed_fen"))
        if agreed_fen == 0:  # a free class, or one that subsidy, concession and vouchers carry
            enrolment.confirm_seat(actor=actor, place_uuid=place_uuid, now=now)
            return redirect("enrol_done", place_uuid=place.uuid)
        bill = enrolment.bill_seat(actor=actor, place_uuid=place_uuid, agreed_fen=agreed_fen, now=now)
        return redirect("pay_bill", bill_uuid=bill.uuid)
    except Refused as refusal:
        if refusal.code not in {
            "price_changed",
            "hold_expired",
            "place_not_held",
            "voucher_gone",
            "payment_needed",
            "nothing_to_pay",
        }:
            raise
        messages.error(request, refusal.message)
        return redirect("enrol_check", place_uuid=place.uuid)


@open_to(RESIDENT)
@require_POST
def extend(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """One tap keeps the seat as long again, once."""
    try:
        enrolment.extend_hold(actor=actor_of(request), place_uuid=place_uuid, now=clock.now())
    except Refused as refusal:
        if refusal.code not in {"hold_extended_already", "hold_expired", "place_not_held"}:
            raise
        messages.error(request, refusal.message)
    return redirect("enrol_check", place_uuid=place_uuid)


@open_to(RESIDENT)
@require_POST
def release(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """Give the seat back."""
    now = clock.now()
    place = enrolment.release_hold(actor=actor_of(request), place_uuid=place_uuid, now=now)
    run = classes.get_class_by_id(place.run_id, now=now)
    messages.success(request, _("座位已经让出来了，没有扣钱。"))
    return redirect(f"/classes/{run.code}/")


@open_to(RESIDENT)
@require_safe
def done(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """办好了: the number, what happens next, and ten minutes to take it back."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    if place.state != "confirmed":
        return redirect("enrol_check", place_uuid=place.uuid)
    run = classes.get_class_by_id(place.run_id, now=now)
    name = _name_of(actor, place.person_id)
    step = _undoable(actor, place.id, now)
    tell = _("{name}报上了《{title}》：{time}，{place}。编号 {code}。").format(
        name=name,
        title=run.card.title,
        time=rows_of(name="", run=run, now=now)[2]["value"],
        place=place_words(run),
        code=spaced(place.code),
    )
    return render(
        request,
        "enrol/done.html",
        {
            "place": place,
            "run": run,
            "name": name,
            "number": spaced(place.code),
            "rows": rows_of(name=name, run=run, now=now),
            "undo_until": until_words(step.undo_until, now) if step else "",
            "tell": tell,
            "steps": STEPS_PAID if place.to_pay_fen else STEPS_FREE,
            "step_number": 4 if place.to_pay_fen else 3,
        },
    )


@open_to(RESIDENT)
@require_safe
def slip(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """The slip to print: number, code, time, place."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    return render(request, "enrol/slip.html", slip_context(actor, place, now))


@open_to(RESIDENT)
@require_safe
def calendar(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """The meetings of one class as a calendar file."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    run = classes.get_class_by_id(place.run_id, now=now)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Xueqiao//ZH", "CALSCALE:GREGORIAN"]
    for session in run.sessions:
        if session.state == "cancelled":
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:session-{session.id}-{place.uuid}@{request.get_host()}",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART:{session.starts_at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{session.ends_at:%Y%m%dT%H%M%SZ}",
            "SUMMARY:" + _ics(_("{title}（第 {number} 次）").format(title=run.card.title, number=session.number)),
            f"LOCATION:{_ics(place_words(run))}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    body = "\r\n".join(part for line in lines for part in _folded(line)) + "\r\n"
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="xueqiao-{place.code}.ics"'
    return response


@open_to(RESIDENT)
@require_POST
def undo(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """Take the enrolment back within its ten minutes."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    step = _undoable(actor, place.id, now)
    if step is None:
        messages.error(request, _("十分钟的反悔时间已过。还可以按退课规则退课，退多少先给您看清楚。"))
        return redirect("enrol_withdraw", place_uuid=place.uuid)
    undoing.undo_step(actor=actor, uuid=step.uuid, now=now)
    return _show_withdrawn(request, actor, place.uuid, now)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """退课: the page shows the amount to the fen before anything moves; the button moves it."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        try:
            enrolment.withdraw(actor=actor, place_uuid=place_uuid, now=now, seen_fen=_fen(request.POST.get("seen_fen")))
        except Refused as refusal:
            if refusal.code != "amount_moved":
                raise
            messages.error(request, refusal.message)
            return redirect("enrol_withdraw", place_uuid=place_uuid)
        return _show_withdrawn(request, actor, place_uuid, now)
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    if place.state == "withdrawn":
        return _show_withdrawn(request, actor, place_uuid, now)
    run = classes.get_class_by_id(place.run_id, now=now)
    if place.state != "confirmed":
        return redirect("enrol_check", place_uuid=place.uuid)
    rule = enrolment.refund_now(place=place, now=now)
    step = _undoable(actor, place.id, now)
    return render(
        request,
        "enrol/withdraw.html",
        {
            "place": place,
            "run": run,
            "rule": rule,
            "rows": rows_of(name=_name_of(actor, place.person_id), run=run, now=now),
            "whole_rule": enrolment.refund_rule_of(region=run.region, institution_id=run.card.institution_id, now=now),
            "undo_until": until_words(step.undo_until, now) if step else "",
        },
    )


def slip_context(actor: Actor, place: enrolment.PlaceView, now: datetime) -> dict[str, object]:
    """What the slip shows; the counter prints the same one."""
    run = classes.get_class_by_id(place.run_id, now=now)
    name = _name_of(actor, place.person_id)
    rows = rows_of(name=name, run=run, now=now)
    is_paid, is_kept = place.state == "confirmed", place.state == "held" and not is_late(place, now)
    if place.to_pay_fen and (is_paid or is_kept):
        rows.append(
            {"label": _("已付") if is_paid else _("要交"), "value": _("{yuan} 元").format(yuan=yuan(place.to_pay_fen))}
        )
    if is_kept:
        rows.append({"label": _("座位留到"), "value": until_words(place.hold_until, now + timedelta(days=-1))})
    return {
        "place": place,
        "run": run,
        "name": name,
        "rows": rows,
        "number": spaced(place.code),
        "state_words": STATES["expired" if is_late(place, now) else place.state],
        "is_void": not is_paid and not is_kept,
        "is_to_pay": is_kept and place.to_pay_fen > 0,
        "sessions": [s for s in run.sessions if s.state != "cancelled"],
    }


def _show_withdrawn(request: HttpRequest, actor: Actor, place_uuid: UUID, now: datetime) -> HttpResponse:
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    bill = payments.find_bill_for(purpose="enrolment", purpose_id=place.id)
    run = classes.get_class_by_id(place.run_id, now=now)
    has_seats = enrolment.seats_of(place.run_id).left > 0
    return render(
        request,
        "enrol/withdrawn.html",
        {
            "place": place,
            "run": run,
            "name": _name_of(actor, place.person_id),
            "refunds": payments.refunds_of(bill.id) if bill else [],
            "has_paid": place.to_pay_fen > 0 and bool(bill and bill.has_been_paid),
            "has_seats": has_seats,
            "line": None if has_seats else open_line(place.run_id, now),
        },
    )


def choices_of(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Oneself, then those one may act for now. value: the person's uuid."""
    me = people.access_person(actor, actor.person_id or 0)
    choices: list[dict[str, Any]] = [{"id": me.id, "value": me.uuid, "label": me.name, "hint": _("我自己")}]
    for member in people.family_of(actor, now=now):
        if member.state == "active" and member.may_act:
            relation = str(RELATIONS.get(member.relation, RELATIONS["other"]))
            choices.append(
                {"id": member.person.id, "value": member.person.uuid, "label": member.person.name, "hint": relation}
            )
    return choices


def open_line(run_id: int, now: datetime) -> enrolment.LineEnd | None:
    """Where somebody would stand who joined a class's line now, when it may be joined."""
    line = enrolment.line_end(run_id, now=now)
    return line if line.is_open else None


def _name_of(actor: Actor, person_id: int) -> str:
    return people.access_person(actor, person_id).name


def _undoable(actor: Actor, place_id: int, now: datetime) -> undoing.UndoView | None:
    for step in undoing.access_undoable_steps(actor=actor, now=now, limit=50):
        if step.object_kind == "place" and step.object_id == place_id:
            return step
    return None


def _fen(text: str | None) -> int:
    """A whole number of fen from a hidden field. Raises InvalidInput."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 12:
        raise InvalidInput(what=_("金额不对"))
    return int(text)


def _ics(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", " ")


def _folded(line: str) -> list[str]:
    """RFC 5545 3.1: lines of at most 75 octets, never cut inside a character."""
    parts: list[str] = []
    current = ""
    for character in line:
        if len((current + character).encode()) > (75 if not parts else 74):
            parts.append(current)
            current = ""
        current += character
    parts.append(current)
    return [part if index == 0 else " " + part for index, part in enumerate(parts)]
