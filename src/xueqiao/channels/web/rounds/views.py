"""一轮报名给居民看的页面：看办法、排志愿、核对、收下了。 No script needed: buttons move wishes up and down."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import EVERYBODY, RESIDENT, actor_of, open_to, safe_next
from xueqiao.channels.web.place import place_of
from xueqiao.channels.web.rounds import words
from xueqiao.channels.web.rounds.counter import NEEDS
from xueqiao.channels.web.rounds.interviews import entry_context
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused

STEPS = [gettext_lazy("排志愿"), gettext_lazy("核对"), gettext_lazy("收下了")]
PAPERS = {"health_paper_missing": "health", "signature_missing": "over80"}
PROVINCE = 320000000000


@open_to(EVERYBODY)
@require_safe
def rounds_list(request: HttpRequest) -> HttpResponse:
    """Rounds near the reader's place, the next to close first."""
    now, place = clock.now(), place_of(request)
    region = place.code if place else PROVINCE
    shown = enrolment.public_rounds(region=region, now=now) or enrolment.public_rounds(region=PROVINCE, now=now)
    shown.sort(key=lambda each: (not each.takes_wishes(now), each.wishes_open_at <= now))  # what can be done first
    rows = [{"round": each, "state": words.state_of(each, now)} for each in shown]
    return render(request, "rounds/list.html", {"rows": rows, "place": place, "now": now})


@open_to(EVERYBODY)
@require_safe
def round_page(request: HttpRequest, code: str) -> HttpResponse:
    """What, when, how: three sentences, the classes with their quotas, how chances are counted, with sources."""
    now, actor = clock.now(), actor_of(request)
    shown = enrolment.get_round(code, now=now)
    mine = []
    if actor.person_id is not None:
        mine = [
            each
            for each in enrolment.entries_of(actor=actor, person_ids=actor.scope.person_ids)
            if each.round_id == shown.id and each.state != "withdrawn"
        ]
    return render(
        request,
        "rounds/round.html",
        {
            "shown": shown,
            "state": words.state_of(shown, now),
            "mode_word": words.MODES[shown.mode],
            "sentences": words.sentences(shown),
            "dates": words.dates(shown),
            "runs": _run_rows(shown, now),
            "chances": words.chances(shown),
            "criteria": enrolment.criteria_of(shown.id) if shown.mode == "interview" else [],
            "pass_percent": shown.rules.get("interview_pass_percent"),
            "sources": shown.rules.get("sources", {}),
            "takes_wishes": shown.takes_wishes(now),
            "is_early": shown.state == "open" and now < shown.wishes_open_at,
            "mine": mine,
            "returns": _return_rows(actor, shown, now),
        },
    )


def _return_rows(actor: Actor, shown: enrolment.RoundView, now: datetime) -> dict[str, Any]:
    """Who of the reader's people may keep a seat without the draw, and whether the window is open."""
    opens = shown.priority_opens_at
    if actor.person_id is None or opens is None or now >= shown.wishes_open_at:
        return {}
    known = people.access_persons(actor, actor.scope.person_ids)
    options = enrolment.returns_of(actor=actor, round_code=shown.code, person_ids=known, now=now)
    rows = [{"option": each, "name": known[each.person_id].name} for each in options]
    return {"rows": rows, "is_open": now >= opens, "opens": opens, "closes": shown.wishes_open_at}


@open_to(RESIDENT)
@require_POST
def go_on(request: HttpRequest, code: str) -> HttpResponse:
    """续读: one press keeps the seat; checking and paying follow as for any held seat."""
    actor, now = actor_of(request), clock.now()
    try:
        place = enrolment.claim_return(
            actor=actor,
            round_code=code,
            run_id=_number(request, "run"),
            person_id=_number(request, "person"),
            channel="web",
            now=now,
        )
    except Refused as refusal:
        if refusal.status >= 500 or refusal.status in {403, 404}:
            raise
        messages.error(request, refusal.message)
        if refusal.code in PAPERS:
            return redirect(f"{reverse('rounds_papers')}?next={reverse('rounds_round', args=[code])}")
        return redirect("rounds_round", code=code)
    return redirect("enrol_check", place_uuid=place.uuid)


def _run_rows(shown: enrolment.RoundView, now: datetime) -> list[dict[str, Any]]:
    cards = classes.class_cards([each.run_id for each in shown.runs], now=now)
    return [
        {"run": each, "card": cards.get(each.run_id), "quotas": words.quotas(each), "number": number}
        | {"demand": words.DEMANDS.get(each.demand, each.demand)}
        for number, each in enumerate(shown.runs, 1)
    ]


# --- wishes --------------------------------------------------------------------------------------------------------


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """排志愿 and 核对 on one address: the form carries the list in the address, buttons change it, the last one enters.

    Only entering is sent as POST, so that "back" leads through the lists as they were.
    """
    actor, now = actor_of(request), clock.now()
    shown = enrolment.get_round(code, now=now)
    known = people.access_persons(actor, actor.scope.person_ids)
    person = _person(request, known, actor)
    wishes = _wishes(request, shown)
    sent = _sent(request)
    step = sent.get("step", "")
    context = _form(shown, wishes, now)
    context |= {
        "person": person,
        "people": sorted(known.values(), key=lambda card: (card.id != actor.person_id, card.id)),
        "form_key": sent.get("form_key", "")[:64] or uuid4().hex,
        "takes_wishes": shown.takes_wishes(now),
        "return_to": f"{request.path}?{urlencode({'wishes': context['wishes'], 'for': person.uuid})}",
    }
    if step == "confirm" and request.method == "POST":
        try:
            entry = enrolment.enter_round(
                actor=actor,
                round_code=shown.code,
                person_id=person.id,
                run_ids=wishes,
                request_key=context["form_key"],
                channel="web",
                now=now,
            )
        except Refused as refusal:
            return _refused(request, "rounds/wishes.html", context, refusal)
        return redirect("rounds_entry", entry_uuid=entry.uuid)
    if step == "check":
        if not wishes:
            return _refused(request, "rounds/wishes.html", context, InvalidInput(what=_("还没有选班")))
        context["chance"] = words.own_chances(shown, person, wishes)
        return render(request, "rounds/check.html", context)
    return render(request, "rounds/wishes.html", context)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """The same list for an entry that is in: change it as often as one likes before the close."""
    actor, now = actor_of(request), clock.now()
    entry = enrolment.access_entry(actor=actor, entry_uuid=entry_uuid)
    shown = enrolment.get_round_by_id(entry.round_id, now=now)
    is_sent = request.method == "POST" or "wishes" in request.GET
    wishes = _wishes(request, shown) if is_sent else [wish.run_id for wish in entry.wishes]
    context = _form(shown, wishes, now) | {"entry": entry, "takes_wishes": shown.takes_wishes(now)}
    if request.method == "POST" and request.POST.get("step") in {"check", "confirm"}:
        try:
            enrolment.change_wishes(actor=actor, entry_uuid=entry_uuid, run_ids=wishes, now=now)
        except Refused as refusal:
            return _refused(request, "rounds/wishes.html", context, refusal)
        messages.success(request, _("志愿改好了。截止之前还可以再改。"))
        return redirect("rounds_entry", entry_uuid=entry_uuid)
    return render(request, "rounds/wishes.html", context)


def _form(shown: enrolment.RoundView, wishes: list[int], now: datetime) -> dict[str, Any]:
    rows = {row["run"].run_id: row for row in _run_rows(shown, now)}
    return {
        "shown": shown,
        "steps": STEPS,
        "wishes": ",".join(str(run_id) for run_id in wishes),
        "chosen": [rows[run_id] | {"rank": rank} for rank, run_id in enumerate(wishes, 1)],
        "others": [row for run_id, row in rows.items() if run_id not in wishes],
        "is_full": len(wishes) >= shown.wishes_max,
    }


def _wishes(request: HttpRequest, shown: enrolment.RoundView) -> list[int]:
    """The list the form carries, after the button that was pressed. Unknown classes fall out."""
    offered = {each.run_id: each.run_code for each in shown.runs}
    sent = _sent(request)
    if "wishes" not in sent:
        wanted = request.GET.get("run", "")
        return [run_id for run_id, code in offered.items() if code == wanted]
    typed = [int(text) for text in sent.get("wishes", "")[:400].split(",") if text.isascii() and text.isdigit()]
    wishes = [run_id for run_id in dict.fromkeys(typed) if run_id in offered]
    deed, _colon, text = sent.get("move", "").partition(":")
    run_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if run_id not in offered:
        return wishes[: shown.wishes_max]
    if deed == "add" and run_id not in wishes:
        wishes.append(run_id)
    elif deed == "drop" and run_id in wishes:
        wishes.remove(run_id)
    elif deed in {"up", "down"} and run_id in wishes:
        at = wishes.index(run_id)
        to = max(0, min(len(wishes) - 1, at + (-1 if deed == "up" else 1)))
        wishes.insert(to, wishes.pop(at))
    return wishes[: shown.wishes_max]


def _sent(request: HttpRequest) -> QueryDict:
    """The fields of the form, whichever way it came."""
    return request.POST if request.method == "POST" else request.GET


def _person(request: HttpRequest, known: dict[int, people.PersonCard], actor: Actor) -> people.PersonCard:
    """For whom: oneself, or somebody one acts for, by uuid. Raises NotFound for a stranger."""
    wanted = request.POST.get("for") or request.GET.get("for") or ""
    card = next((each for each in known.values() if str(each.uuid) == wanted), None)
    card = card or (known.get(actor.person_id or 0) if not wanted else None)
    if card is None:
        raise NotFound
    return card


def _refused(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refused) -> HttpResponse:
    if refusal.status >= 500:
        raise refusal
    return render(
        request,
        template,
        context | {"refusal": refusal.message, "paper": PAPERS.get(refusal.code, "")},
        status=refusal.status,
    )


# --- one entry -----------------------------------------------------------------------------------------------------


@open_to(RESIDENT)
@require_safe
def entry_page(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """收下了: the number, what happens next, the wishes, who shares them, and what can still be done."""
    actor, now = actor_of(request), clock.now()
    entry = enrolment.access_entry(actor=actor, entry_uuid=entry_uuid)
    return render(request, "rounds/entry.html", _entry_context(actor, entry, now))


def _entry_context(actor: Actor, entry: enrolment.EntryView, now: datetime) -> dict[str, Any]:
    shown = enrolment.get_round_by_id(entry.round_id, now=now)
    own = set(actor.scope.person_ids)
    agreed = [each for each in entry.agreed if each.person_id in own]
    family = [
        card
        for card in people.access_persons(actor, own).values()
        if card.id not in {each.person_id for each in entry.members if each.state in {"agreed", "invited"}}
    ]
    return {
        "entry": entry,
        "shown": shown,
        "state": words.entry_state(entry, shown.mode),
        "number": " ".join((entry.code[:1], entry.code[1:5], entry.code[5:])),
        "members": words.members(entry, own),
        "asked": [each for each in entry.invited if each.person_id in own],
        "mine": agreed,
        "family": family,
        "is_leader": entry.leader_id in own,
        "may_change": shown.takes_wishes(now) and entry.state == "entered",
        "has_room": len(entry.agreed) + len(entry.invited) < shown.group_size_max,
        "sentences": words.sentences(shown)[1:],
        "has_receipt": shown.mode != "interview"
        and shown.state in {"frozen", "drawn", "closed"}
        and entry.state in {"entered", "won", "lost"},
        "awarded": next((wish for wish in entry.wishes if wish.run_id == entry.awarded_id), None),
        **entry_context(actor, entry, shown),
    }


@open_to(RESIDENT)
@require_POST
def invite(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """Ask somebody by phone or learner number; family agrees by the same press."""
    actor, now = actor_of(request), clock.now()
    try:
        entry = enrolment.invite_to_entry(
            actor=actor, entry_uuid=entry_uuid, who=request.POST.get("who", "")[:20], now=now
        )
    except Refused as refusal:
        return _entry_refused(request, entry_uuid, refusal)
    if entry.invited:
        messages.success(request, _("已经通知对方，等他回答。截止前没同意的，就只算您这边的人。"))
    else:
        messages.success(request, _("已经加进来，你们要么都录取，要么都不录取。"))
    return redirect("rounds_entry", entry_uuid=entry_uuid)


@open_to(RESIDENT)
@require_POST
def answer(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """Say yes or no to sharing an entry."""
    agrees = request.POST.get("answer") == "yes"
    try:
        enrolment.answer_invitation(
            actor=actor_of(request),
            entry_uuid=entry_uuid,
            person_id=_person_id(request),
            agrees=agrees,
            now=clock.now(),
        )
    except Refused as refusal:
        return _entry_refused(request, entry_uuid, refusal)
    messages.success(request, _("已经算您一份。") if agrees else _("好的，没有算您。"))
    return redirect("rounds_entry", entry_uuid=entry_uuid)


@open_to(RESIDENT)
@require_POST
def leave(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """Take one person out; she may enter again before the close."""
    try:
        entry = enrolment.leave_round(
            actor=actor_of(request), entry_uuid=entry_uuid, person_id=_person_id(request), now=clock.now()
        )
    except Refused as refusal:
        return _entry_refused(request, entry_uuid, refusal)
    messages.success(request, _("已经退出。截止之前想报，还可以再填。"))
    shown = enrolment.get_round_by_id(entry.round_id, now=clock.now())
    return redirect("rounds_round", code=shown.code)


def _entry_refused(request: HttpRequest, entry_uuid: UUID, refusal: Refused) -> HttpResponse:
    actor = actor_of(request)
    if refusal.status >= 500 or refusal.code == "entry_not_found":
        raise refusal
    entry = enrolment.access_entry(actor=actor, entry_uuid=entry_uuid)
    context = _entry_context(actor, entry, clock.now()) | {"typed": request.POST.get("who", "")[:20]}
    return _refused(request, "rounds/entry.html", context, refusal)


def _person_id(request: HttpRequest) -> int:
    return _number(request, "person")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput(what=_("没有选人"))
    return int(text)


# --- papers --------------------------------------------------------------------------------------------------------


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """健康声明, or a relative's signature for 80 and older: one page, one button each."""
    actor, now = actor_of(request), clock.now()
    known = people.access_persons(actor, actor.scope.person_ids)
    person = _person(request, known, actor)
    back = safe_next(request, "/rounds/")
    context = {"person": person, "next": back, "is_self": person.id == actor.person_id}
    context["needs"] = [(kind, NEEDS[kind]) for kind in people.access_needs_of([person.id]).get(person.id, ())]
    if request.method == "POST" and request.POST.get("need"):
        people.end_access_need(actor=actor, person_id=person.id, kind=request.POST["need"][:10], now=now)
        messages.success(request, _("已经取消登记。"))
        return redirect(f"{request.path}?for={person.uuid}")
    if request.method == "POST":
        try:
            enrolment.give_declaration(actor=actor, person_id=person.id, kind=request.POST.get("kind", ""), now=now)
        except Refused as refusal:
            return _refused(request, "rounds/papers.html", context, refusal)
        messages.success(request, _("已经记下，一年有效。"))
        return redirect(back)
    return render(request, "rounds/papers.html", context)
