"""Borrow an idle room: which centre, which hours are free, what for; one's own bookings; the centre's answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import EVERYBODY, RESIDENT, actor_of, open_to
from xueqiao.channels.web.place import place_of
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.classes import api as classes
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.clock import at_local, local
from xueqiao.foundation.reasons import Refused

ROOMS_OPEN = 5  # more would be a wall of hours; the others unfold
STATE_KIND = {"asked": "warn", "confirmed": "good", "refused": "bad", "cancelled": ""}


@open_to(EVERYBODY)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The centres that cover the reader's place."""
    place = place_of(request)
    today = clock.local_date(clock.now())
    centres = institutions.institutions_covering(place.code, kind="township_centre", on=today) if place else []
    if place and not centres:
        centres = institutions.institutions_in(place.code, kind="township_centre", on=today)[:60]
    return render(request, "rooms/choose.html", {"place": place, "centres": centres})


@open_to(EVERYBODY)
@require_safe
def day(request: HttpRequest, code: str) -> HttpResponse:
    """A centre's free rooms on one day; every free hour leads to the form."""
    now = clock.now()
    today = clock.local_date(now)
    chosen = _day(request.GET.get("day", ""), today + timedelta(days=1))
    lending = classes.lending_day(code, chosen, now=now)
    last = today + timedelta(days=lending.rules.days_ahead_max)
    rows = [
        {"room": room, "free": [{"at": local(at), "key": f"{local(at):%Y-%m-%dT%H}"} for at in room.free_hours]}
        for room in lending.rooms
    ]
    rows.sort(key=lambda row: not row["free"])  # what can be borrowed first
    context = {
        "lending": lending,
        "rooms": rows[:ROOMS_OPEN],
        "more": rows[ROOMS_OPEN:],
        "before": chosen - timedelta(days=1) if chosen > today else None,
        "after": chosen + timedelta(days=1) if chosen < last else None,
    }
    return render(request, "rooms/day.html", context)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, code: str) -> HttpResponse:
    """What for, how long, how many; the room is kept with the press."""
    actor, now = actor_of(request), clock.now()
    given = request.POST if request.method == "POST" else request.GET
    at = _hour(given.get("at", ""))
    if at is None:
        return redirect("rooms_day", code=code)
    lending = classes.lending_day(code, local(at).date(), now=now)
    room = next((each for each in lending.rooms if str(each.room_id) == given.get("room", "")), None)
    if room is None:
        return redirect("rooms_day", code=code)
    typed = {
        "club": request.POST.get("club", "")[:60],
        "purpose": request.POST.get("purpose", "")[:120],
        "people": request.POST.get("people", "")[:4],
        "hours": request.POST.get("hours", "2")[:2],
    }
    refusal = ""
    if request.method == "POST":
        try:
            classes.book_room(
                actor=actor,
                room_id=room.room_id,
                starts_at=at,
                hours=_whole(typed["hours"]),
                club=typed["club"],
                purpose=typed["purpose"],
                people_count=_whole(typed["people"]),
                request_key=request.POST.get("form_key", "")[:64],
                now=now,
            )
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("教室给您留下了，中心答复后会通知您。"))
            return redirect("mine_rooms")
    context = {
        "lending": lending,
        "room": room,
        "at": local(at),
        "key": f"{local(at):%Y-%m-%dT%H}",
        "typed": typed,
        "refusal": refusal,
        "form_key": request.POST.get("form_key") or uuid4().hex,
        "lengths": [
            (str(n), _("{n} 小时，到 {end}").format(n=n, end=f"{local(at + timedelta(hours=n)):%H:%M}"))
            for n in _lengths(room, at, lending.rules.hours_max)
        ],
    }
    return render(request, "rooms/book.html", context, status=422 if refusal else 200)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own bookings; giving one back."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        try:
            classes.cancel_booking(actor=actor, uuid=_uuid(request.POST.get("booking", "")), now=now)
        except Refused as refused:
            say_why_not(request, refused)
        else:
            messages.success(request, _("教室退回去了，别的团队可以借了。"))
        return redirect("mine_rooms")
    return render(request, "rooms/mine.html", {"rows": _rows(classes.access_bookings_of(actor, now=now), now)})


@open_to(DESK)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Bookings of the centre: those that wait for an answer first."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    rows = _rows(classes.access_bookings_at(actor, centre.id, now=now), now)
    return render(request, "rooms/desk.html", {"centre": centre, "rows": rows})


@open_to(DESK)
@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lend, refuse or take back, with a reason where somebody is disappointed."""
    actor, now, reason = actor_of(request), clock.now(), request.POST.get("reason", "")[:120]
    try:
        if "cancel" in request.POST:
            classes.cancel_booking(actor=actor, uuid=uuid, reason=reason, now=now)
        else:
            classes.answer_booking(
                actor=actor, uuid=uuid, is_confirmed="confirm" in request.POST, reason=reason, now=now
            )
    except (classes.ReasonNeeded, classes.BookingAnswered) as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("办好了，已经通知对方。"))
    return redirect("centre_room_bookings")


def _rows(bookings: list[classes.BookingView], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "booking": each,
            "word": classes.BOOKING_WORDS[each.state],
            "kind": STATE_KIND[each.state],
            "is_live": each.state in ("asked", "confirmed") and each.starts_at > now,
        }
        for each in bookings
    ]


def _lengths(room: classes.RoomHours, at: datetime, longest: int) -> list[int]:
    """How many hours in a row are free from `at` on."""
    free = set(room.free_hours)
    lengths = []
    for n in range(1, longest + 1):
        if at + timedelta(hours=n - 1) not in free:
            break
        lengths.append(n)
    return lengths


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2100 else otherwise


def _hour(text: str) -> datetime | None:
    """2026-03-05T14 as a moment here."""
    try:
        found = datetime.strptime(text[:13], "%Y-%m-%dT%H")  # noqa: DTZ007 - made aware below
        return at_local(found.date(), found.hour) if 2000 <= found.year <= 2100 else None
    except ValueError:
        return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise classes.UnknownBooking from None
