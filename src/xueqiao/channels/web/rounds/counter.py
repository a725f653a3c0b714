"""窗口和电话：替来的人填志愿。 One page: who, papers and needs, wishes, companions; the same actions as everywhere.

The learner's number travels in the form, never in an address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.rounds import words
from xueqiao.channels.web.rounds.desk import CLERK
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, Refused

CHANNELS = {"counter": gettext_lazy("到窗口来的"), "phone": gettext_lazy("打电话来的")}
NEEDS = {
    "low_vision": gettext_lazy("看不清"),
    "hearing": gettext_lazy("听不清"),
    "walking": gettext_lazy("走路不便"),
}
PAPERS = {"health": gettext_lazy("健康声明"), "over80": gettext_lazy("家人签字（满 80 岁）")}


@open_to(CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest, code: str) -> HttpResponse:
    """Everything for one visitor; after each press the page comes back with the same person."""
    now = clock.now()
    channel = request.POST.get("channel", "counter")
    if channel not in CHANNELS:
        raise InvalidInput(what=_("没有这种来访方式"))
    actor = replace(actor_of(request), channel=channel)
    shown = enrolment.access_round(actor=actor, code=code, now=now)
    person = _person(request, actor)
    refusal: Refused | None = None
    step = request.POST.get("step", "")
    if person is not None and step in _STEPS:
        try:
            _STEPS[step](request, actor, shown, person, now)
        except Refused as reason:
            if reason.status >= 500:
                raise
            refusal = reason
    found = _found(request, actor) if step == "find" and person is None else []
    context = _context(request, actor, shown, person, now) | {
        "channel": channel,
        "channels": CHANNELS,
        "found": found,
        "was_sought": step == "find",
        "refusal": refusal.message if refusal else "",
    }
    return render(request, "rounds/counter.html", context, status=refusal.status if refusal else 200)


def _person(request: HttpRequest, actor: Actor) -> people.PersonCard | None:
    """Who stands there: chosen before, or the only one with this number or phone."""
    chosen = request.POST.get("person", "")[:16]
    if chosen and request.POST.get("step") != "restart":
        return people.find_person_by_code(actor, chosen)
    found = _found(request, actor)
    return found[0] if len(found) == 1 else None


def _found(request: HttpRequest, actor: Actor) -> list[people.PersonCard]:
    wanted = request.POST.get("wanted", "").strip()[:40]
    if not wanted or request.POST.get("step") != "find":
        return []
    by_code = people.find_person_by_code(actor, wanted)
    return [by_code] if by_code else list(people.find_persons_by_phone(actor, wanted))


def _context(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard | None, now: datetime
) -> dict[str, Any]:
    cards = classes.class_cards([each.run_id for each in shown.runs], now=now)
    context: dict[str, Any] = {
        "shown": shown,
        "takes_wishes": shown.takes_wishes(now),
        "closes": shown.wishes_close_at,
        "runs": [{"run": each, "card": cards.get(each.run_id)} for each in shown.runs],
        "ranks": [
            {"rank": rank, "value": request.POST.get(f"wish-{rank}", "")} for rank in range(1, shown.wishes_max + 1)
        ],
        "has_company": shown.group_size_max > 1,
        "form_key": request.POST.get("form_key", "")[:64] or uuid4().hex,
        "person": person,
    }
    if person is None:
        return context
    entry = enrolment.find_entry_of(actor=actor, round_id=shown.id, person_id=person.id)
    needs = people.access_needs_of([person.id]).get(person.id, ())
    return context | {
        "age": people.age_on(person.birth_date, clock.local_date(now)),
        "entry": entry,
        "members": words.members(entry, {person.id}) if entry else [],
        "papers": enrolment.access_papers(actor=actor, person_id=person.id, now=now),
        "paper_words": PAPERS,
        "needs": [(kind, NEEDS[kind]) for kind in needs],
        "other_needs": [(kind, label) for kind, label in NEEDS.items() if kind not in needs],
        "returns": _returns(actor, shown, person, now),
    }


def _returns(
    actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> list[enrolment.ReturnOption]:
    opens = shown.priority_opens_at
    if opens is None or not opens <= now < shown.wishes_open_at:
        return []
    system = Actor.system("counter")
    return enrolment.returns_of(actor=system, round_code=shown.code, person_ids=[person.id], now=now)


def _enter(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    offered = {each.run_code: each.run_id for each in shown.runs}
    wanted = [request.POST.get(f"wish-{rank}", "") for rank in range(1, shown.wishes_max + 1)]
    entry = enrolment.enter_round(
        actor=actor,
        round_code=shown.code,
        person_id=person.id,
        run_ids=[offered[code] for code in wanted if code in offered],
        request_key=request.POST.get("form_key", "")[:64],
        channel=actor.channel,
        now=now,
    )
    messages.success(request, _("收下了，志愿编号 {code}。请念给来的人听，或写给他。").format(code=entry.code))
    if request.POST.get("companion", "").strip():
        _invite(request, actor, entry.uuid, now)


def _add_companion(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    entry = enrolment.find_entry_of(actor=actor, round_id=shown.id, person_id=person.id)
    if entry is None:
        raise InvalidInput(what=_("先填志愿，再加同伴"))
    _invite(request, actor, entry.uuid, now)


def _invite(request: HttpRequest, actor: Actor, entry_uuid: UUID, now: datetime) -> None:
    who = request.POST.get("companion", "").strip()[:20]
    entry = enrolment.invite_to_entry(actor=actor, entry_uuid=entry_uuid, who=who, now=now)
    if entry.invited:
        messages.success(request, _("已经通知同伴，等他自己回答。"))
    else:
        messages.success(request, _("同伴加上了，要么都录取，要么都不录取。"))


def _paper(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    enrolment.give_declaration(
        actor=actor,
        person_id=person.id,
        kind=request.POST.get("kind", ""),
        signer=request.POST.get("signer", ""),
        now=now,
    )
    messages.success(request, _("已经记下，一年有效。纸质的请收好。"))


def _need(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    people.register_access_need(
        actor=actor,
        person_id=person.id,
        kind=request.POST.get("kind", ""),
        paper=request.POST.get("seen", ""),
        now=now,
    )
    messages.success(request, _("登记好了。报离家最近的无障碍地点，抽签多一份机会。"))


def _need_over(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    people.end_access_need(actor=actor, person_id=person.id, kind=request.POST.get("kind", ""), now=now)
    messages.success(request, _("已经取消登记。"))


def _go_on(
    request: HttpRequest, actor: Actor, shown: enrolment.RoundView, person: people.PersonCard, now: datetime
) -> None:
    text = request.POST.get("run", "")
    place = enrolment.claim_return(
        actor=actor,
        round_code=shown.code,
        run_id=int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0,
        person_id=person.id,
        channel=actor.channel,
        now=now,
    )
    messages.success(request, _("座位留好了，报名编号 {code}。到柜台凭编号交费、确认。").format(code=place.code))


_Step = Callable[[HttpRequest, Actor, enrolment.RoundView, people.PersonCard, datetime], None]
_STEPS: dict[str, _Step] = {
    "enter": _enter,
    "companion": _add_companion,
    "paper": _paper,
    "need": _need,
    "need_over": _need_over,
    "return": _go_on,
}
