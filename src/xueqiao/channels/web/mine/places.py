"""我的报名和候补: what waits for an answer first, then lines, then places; one offer; one place in a line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.enrol.views import open_line
from xueqiao.channels.web.enrol.waiting import history_words
from xueqiao.channels.web.enrol.words import place_words, rows_of, until_words
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.views import place_words as state_words
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

ENDED = {
    "accepted": gettext_lazy("已经报上了"),
    "declined": gettext_lazy("您回了“这次不要”，座位给了下一位"),
    "expired": gettext_lazy("过了时间没有确认，座位给了下一位"),
    "cancelled": gettext_lazy("这个班停办了"),
}
LEFT = {
    "accepted": gettext_lazy("已经报上了，不用再排。"),
    "enrolled": gettext_lazy("已经报上了，不用再排。"),
    "left": gettext_lazy("已经退出候补。"),
    "unanswered": gettext_lazy("两次有座位都没有等到您的答复，候补已经停了。想上可以再排，从最后一位排起。"),
    "closed": gettext_lazy("这个班停办了，候补也停了。"),
}


@open_to(RESIDENT)
@require_safe
def places_page(request: HttpRequest) -> HttpResponse:
    """What needs an answer, what she waits for, what she has; for herself and those she acts for."""
    actor, now = actor_of(request), clock.now()
    known = people.access_persons(actor, actor.scope.person_ids)
    offers = enrolment.offers_to(actor=actor, person_ids=known, now=now)
    waiting = [each for each in enrolment.waiting_of(actor=actor, person_ids=known) if each.state == "waiting"]
    live = enrolment.places_held_by(actor=actor, person_ids=known, live_only=True)
    offered = {offer.place_uuid for offer in offers}
    live = [
        p for p in live if p.uuid not in offered and (p.state == "confirmed" or (p.hold_until and p.hold_until > now))
    ]
    runs = {offer.run_id for offer in offers} | {entry.run_id for entry in waiting} | {place.run_id for place in live}
    cards = classes.class_cards(runs, now=now)
    words = state_words()
    return render(
        request,
        "mine/places.html",
        {
            "here": "mine",
            "offers": [
                {
                    "offer": offer,
                    "card": cards.get(offer.run_id),
                    "name": known[offer.person_id].name,
                    "until": until_words(offer.until, now),
                }
                for offer in offers
            ],
            "waiting": [
                {"entry": entry, "card": cards.get(entry.run_id), "names": _names(known, entry.person_ids)}
                for entry in waiting
            ],
            "places": [
                {
                    "place": place,
                    "card": cards.get(place.run_id),
                    "name": known[place.person_id].name,
                    "word": words[place.state][0],
                    "kind": words[place.state][1],
                    "until": until_words(place.hold_until, now) if place.state == "held" else "",
                }
                for place in live
            ],
        },
    )


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: HttpRequest, offer_uuid: UUID) -> HttpResponse:
    """One offered seat: what, until when, why me, what happens if not. POST takes it."""
    actor, now = actor_of(request), clock.now()
    offer = enrolment.access_offer(actor=actor, offer_uuid=offer_uuid, now=now)
    if request.method == "POST":
        if offer.to_pay_fen:
            return redirect("enrol_check", place_uuid=offer.place_uuid)
        enrolment.accept_offer(actor=actor, offer_uuid=offer_uuid, now=now)
        return redirect("enrol_done", place_uuid=offer.place_uuid)
    run = classes.get_class_by_id(offer.run_id, now=now)
    name = people.access_person(actor, offer.person_id).name
    is_open = offer.is_open(now)
    return render(
        request,
        "mine/offer.html",
        {
            "here": "mine",
            "offer": offer,
            "run": run,
            "name": name,
            "is_open": is_open,
            "until": until_words(offer.until, now),
            "rows": rows_of(name=name, run=run, now=now),
            "ended": ENDED.get("expired" if offer.state == "open" else offer.state, ""),
        },
        status=200 if is_open or offer.state != "open" else 409,
    )


@open_to(RESIDENT)
@require_POST
def decline(request: HttpRequest, offer_uuid: UUID) -> HttpResponse:
    """Not this time: the seat goes to the next at once."""
    actor, now = actor_of(request), clock.now()
    offer = enrolment.decline_offer(actor=actor, offer_uuid=offer_uuid, now=now)
    if offer.source == "waiting":
        messages.success(request, _("座位让给下一位了。您在候补里的情况看下面。"))
    else:
        messages.success(request, _("座位让给下一位了，没有扣钱。"))
    return redirect("mine_places")


@open_to(RESIDENT)
@require_safe
def waiting_page(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """One place in a line: which, how many seats usually come free, how she is told, why a seat went past her."""
    actor, now = actor_of(request), clock.now()
    entry = enrolment.access_waiting(actor=actor, entry_uuid=entry_uuid)
    run = classes.get_class_by_id(entry.run_id, now=now)
    known = people.access_persons(actor, entry.person_ids)
    offers = enrolment.offers_to(actor=actor, person_ids=entry.person_ids, now=now)
    offer = next((each for each in offers if each.run_id == entry.run_id), None)
    return render(
        request,
        "mine/waiting.html",
        {
            "here": "mine",
            "entry": entry,
            "run": run,
            "card": run.card,
            "names": _names(known, entry.person_ids),
            "time_words": rows_of(name="", run=run, now=now)[2]["value"],
            "place_words": place_words(run),
            "history": history_words(enrolment.freeing_history(run_id=run.run_id, now=now)),
            "reach": _reach(known),
            "offer": offer,
            "until": until_words(offer.until, now) if offer else "",
            "line": None
            if enrolment.seats_of(run.run_id).left > 0 or entry.state not in {"left", "accepted"}
            else open_line(run.run_id, now),
            "left": LEFT.get(entry.end_reason) or LEFT.get(entry.state, ""),
        },
    )


@open_to(RESIDENT)
@require_POST
def leave(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """Leave the line, at any time."""
    enrolment.leave_waiting_list(actor=actor_of(request), entry_uuid=entry_uuid, now=clock.now())
    messages.success(request, _("已经退出候补。想上可以再排。"))
    return redirect("mine_places")


def _names(known: dict[int, Any], ids: tuple[int, ...]) -> str:
    return _("、").join(known[pid].name for pid in ids if pid in known)


def _reach(known: dict[int, Any]) -> str:
    """How we will reach her."""
    phones = [people.mask_phone(card.phone) for card in known.values() if card.phone]
    if phones:
        return _("发短信到 {phone}，中心也会打电话；网页上同时能看到。").format(phone=_("、").join(phones))
    return _("没有留手机号：中心工作人员会想办法找到您，您也可以随时打电话来问。")
