"""柜台：替没有手机的人报名、收现金、打印听课单。 The same actions as every other channel.

What the clerk has chosen (class, person) is kept in the session, so that no learner's number stands in an address.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from xueqiao.channels.web.enrol.views import slip_context
from xueqiao.channels.web.enrol.words import rows_of, until_words
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput, Refused
from xueqiao.foundation.regions import api as regions

CHOSEN_KEY = "counter"
CHANNELS = {"counter": gettext_lazy("柜台"), "phone": gettext_lazy("电话"), "paper": gettext_lazy("纸质表")}


@open_to(STAFF("centre_clerk"))
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """One page, four small forms: class, person, enrol and pay, and money for a number somebody brings."""
    now = clock.now()
    chosen = dict(request.session.get(CHOSEN_KEY, {}))
    channel = chosen.get("channel", "counter")
    actor = replace(actor_of(request), channel=channel)
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step not in _STEPS:
            raise InvalidInput(what=_("没有这一步"))
        try:
            answer = _STEPS[step](request, actor, chosen, now)
        except Refused as refusal:
            if refusal.status >= 500:
                raise
            return render(
                request,
                "counter/desk.html",
                _context(request, actor, chosen, now) | {"refusal": refusal.message, "typed": request.POST},
                status=refusal.status,
            )
        request.session[CHOSEN_KEY] = chosen
        return answer or redirect("centre_counter")
    return render(request, "counter/desk.html", _context(request, actor, chosen, now))


@open_to(STAFF("centre_clerk"))
@require_POST
def worth_paper(request: HttpRequest) -> HttpResponse:
    """Print for the person at the desk what her credits are worth and which classes come next."""
    chosen = request.session.get(CHOSEN_KEY, {})
    actor = replace(actor_of(request), channel=chosen.get("channel", "counter"))
    person = people.find_person_by_code(actor, chosen["person"]) if chosen.get("person") else None
    if person is None:
        raise InvalidInput(what=_("没有选学员"))
    body = credit_bank.print_worth(actor=actor, person_id=person.id, now=clock.now())
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="credits.pdf"'
    return response


def _context(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:40]
    region = _desk_region(actor)
    context: dict[str, Any] = {
        "q": text,
        "channel": actor.channel,
        "channels": [{"value": k, "label": str(v)} for k, v in CHANNELS.items()],
        "region": region,
        "villages": regions.children_of(region, on=clock.local_date(now)) if region else [],
        "form_key": uuid4().hex,
        "cash_refunds": payments.access_cash_refunds_waiting(actor=actor, limit=20),
        "found_people": [],
    }
    if text:
        context["cards"] = classes.find_classes(
            classes.ClassFilter(text=text, region=region, seats=False), now=now, page_size=10
        ).cards
    if chosen.get("run"):
        run = classes.get_class(chosen["run"], now=now)
        context |= {"run": run, "seats_left": enrolment.seats_of(run.run_id).left}
    person = people.find_person_by_code(actor, chosen["person"]) if chosen.get("person") else None
    if person:
        context["person"] = person
        context["person_age"] = people.age_on(person.birth_date, clock.local_date(now))
    if chosen.get("found"):
        found = (people.find_person_by_code(actor, code) for code in chosen["found"])
        context["found_people"] = [each for each in found if each]
    if chosen.get("run") and person:
        context["rows"] = rows_of(name=person.name, run=context["run"], now=now)
        context["queue"] = _queue_of(context["run"].run_id, person.id, now)
    if chosen.get("place"):
        place = enrolment.access_place(actor=actor, place_uuid=UUID(chosen["place"]))
        context["receipt"] = slip_context(actor, place, now) | {"until": until_words(place.hold_until, now)}
    return context


def _choose_class(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    run = classes.get_class(request.POST.get("run", "")[:20], now=now)
    chosen["run"] = run.code
    chosen.pop("place", None)


def _find_person(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> HttpResponse | None:
    """Find who stands at the desk. Nobody found: the same page with what was typed, and the form to register her."""
    wanted = request.POST.get("wanted", "").strip()[:40]
    chosen.pop("place", None)
    by_code = people.find_person_by_code(actor, wanted)
    found = [by_code] if by_code else people.find_persons_by_phone(actor, wanted)
    chosen["found"] = [person.code for person in found]
    if len(found) == 1:
        chosen["person"] = found[0].code
    if found:
        return None
    messages.warning(request, _("没有找到这个人。核对手机号或学员号，或在下面登记。"))
    typed = {"step": "register", "wanted": wanted, "phone": _phone_or_nothing(wanted)}
    return render(request, "counter/desk.html", _context(request, actor, chosen, now) | {"typed": typed})


def _choose_person(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    person = people.find_person_by_code(actor, request.POST.get("person", "")[:16])
    if person is None:
        raise InvalidInput(what=_("没有选学员"))
    chosen["person"] = person.code
    chosen.pop("place", None)


def _register(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    person = people.register_person(
        actor=actor,
        name=request.POST.get("name", ""),
        birth_date=request.POST.get("birth_date", ""),
        sex=request.POST.get("sex", "u"),
        region=request.POST.get("region", ""),
        phone=request.POST.get("phone", "") or None,
        has_consented=request.POST.get("has_consented") == "1",
        now=now,
    )
    chosen["person"], chosen["found"] = person.code, []
    chosen.pop("place", None)
    messages.success(request, _("已登记 {name}，学员号 {code}。").format(name=person.name, code=person.code))


def _enrol(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    if not chosen.get("run") or not chosen.get("person"):
        raise InvalidInput(what=_("先选班，再选学员"))
    run = classes.get_class(chosen["run"], now=now)
    person = people.find_person_by_code(actor, chosen["person"])
    if person is None:
        raise InvalidInput(what=_("没有选学员"))
    cash = request.POST.get("pays") == "cash"
    place = enrolment.enrol_at_counter(
        actor=actor,
        run_id=run.run_id,
        person_id=person.id,
        request_key=request.POST.get("form_key", "")[:64],
        channel=actor.channel,
        cash_fen=yuan_typed(request.POST.get("cash_yuan", "")) if cash else None,
        now=now,
    )
    chosen.clear()
    chosen.update({"channel": actor.channel, "place": str(place.uuid)})


def _queue_of(run_id: int, person_id: int, now: datetime) -> dict[str, Any] | None:
    """What the desk shows in place of enrolling while the class has a waiting room and it is not her turn."""
    if enrolment.room_phase_of(run_id, now=now) == "none":
        return None
    arrival = enrolment.find_arrival(run_id=run_id, person_id=person_id)
    if arrival is not None and arrival.state == "called":
        return None
    return {"is_in": arrival is not None and arrival.is_living, "number": arrival.number if arrival else None}


def _take_number(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> HttpResponse:
    if not chosen.get("run") or not chosen.get("person"):
        raise InvalidInput(what=_("先选班，再选学员"))
    run = classes.get_class(chosen["run"], now=now)
    person = people.find_person_by_code(actor, chosen["person"])
    if person is None:
        raise InvalidInput(what=_("没有选学员"))
    enrolment.enter_room(actor=actor, run_id=run.run_id, person_id=person.id, channel=actor.channel, now=now)
    messages.success(request, _("{name}排上队了，和手机上取号的机会一样。").format(name=person.name))
    return redirect("centre_numbers")


def _open_place(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    place = enrolment.access_place_by_code(actor=actor, code=request.POST.get("code", ""))
    chosen["place"] = str(place.uuid)


def _take_cash(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    place = enrolment.access_place(actor=actor, place_uuid=_uuid(request.POST.get("place", "")))
    if place.is_free:
        enrolment.confirm_seat(actor=actor, place_uuid=place.uuid, now=now)
    else:
        bill = enrolment.bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=place.to_pay_fen, now=now)
        payments.pay_at_counter(
            actor=actor, bill_uuid=bill.uuid, cash_fen=yuan_typed(request.POST.get("cash_yuan", "")), now=now
        )
    chosen["place"] = str(place.uuid)


def _hand_over(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    refund = payments.hand_over_cash(actor=actor, refund_uuid=_uuid(request.POST.get("refund", "")), now=now)
    messages.success(request, _("已记下：退现金 {yuan} 元。").format(yuan=yuan(refund.amount_fen)))


def _choose_channel(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    channel = request.POST.get("channel", "")
    if channel not in CHANNELS:
        raise InvalidInput(what=_("没有这种来访方式"))
    chosen["channel"] = channel


def _start_over(request: HttpRequest, actor: Actor, chosen: dict[str, Any], now: datetime) -> None:
    chosen.clear()


_STEPS = {
    "class": _choose_class,
    "find": _find_person,
    "person": _choose_person,
    "register": _register,
    "enrol": _enrol,
    "number": _take_number,
    "open": _open_place,
    "cash": _take_cash,
    "hand_over": _hand_over,
    "channel": _choose_channel,
    "restart": _start_over,
}


def _desk_region(actor: Actor) -> int | None:
    """The unit of the clerk's desk: the first range of the duties."""
    return actor.scope.ranges[0][0] if actor.scope.ranges else None


def _phone_or_nothing(text: str) -> str:
    try:
        return people.parse_phone(text)
    except Refused:
        return ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as failure:
        raise InvalidInput(what=_("编号不对")) from failure


def yuan_typed(text: str) -> int:
    """Yuan with up to two decimals as people type them, in fen. Raises InvalidInput."""
    whole, dot, part = text.strip().replace("，", "").partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and whole) or len(whole) > 7 or len(part) > 2 or (dot and not part):
        raise InvalidInput(what=_("金额要写成 240 或 240.50 这样的数"))
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")
