"""The centre's workbench: today, opening a class like last term's, one class with its roster.

A clerk works for one centre: the institution of her duty, or the first open township centre of her range.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.forms import CopyForm
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import NotAllowed, Refused

DESK = STAFF(people.CENTRE_CLERK)
CHANNEL_WORDS = {
    "web": gettext_lazy("网上"),
    "counter": gettext_lazy("窗口"),
    "phone": gettext_lazy("电话"),
    "paper": gettext_lazy("纸质"),
    "api": gettext_lazy("其他平台"),
}
SHOWN_MAX = 60


def centre_of(actor: Actor, on: date) -> institutions.InstitutionView:
    """The institution the clerk works for. Raises NotAllowed when her range has no open centre."""
    for duty in actor.duties:
        if duty.role == people.CENTRE_CLERK and duty.institution_id is not None:
            return institutions.get_institution_by_id(duty.institution_id)
    for duty in actor.duties:
        if duty.role == people.CENTRE_CLERK:
            found = institutions.institutions_in(duty.low, kind="township_centre", on=on)
            if found:
                return found[0]
    raise NotAllowed


@open_to(DESK)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Sessions of today with room, teacher and arrivals; people to call; drafts; quick actions."""
    actor, now = actor_of(request), clock.now()
    day = clock.local_date(now)
    centre = centre_of(actor, day)
    sessions = classes.sessions_at(centre.id, day)
    cards = classes.class_cards({each.run_id for each in sessions}, now=now)
    arrived = learning.arrivals_of([each.id for each in sessions])
    rows = [
        {
            "session": each,
            "enrolled": cards[each.run_id].capacity - cards[each.run_id].seats_left if each.run_id in cards else None,
            "arrived": arrived.get(each.id, 0),
            "state": "over" if each.ends_at <= now else "now" if each.starts_at <= now else "coming",
        }
        for each in sessions
    ]
    return render(
        request,
        "centre/today.html",
        {
            "centre": centre,
            "now": now,
            "rows": rows,
            "offers_to_call": len(enrolment.offers_to_call(actor=actor, institution_id=centre.id, now=now)),
            "calls": enrolment.calls_to_make(actor=actor, institution_id=centre.id, now=now),
            "absences": len(learning.absences_at(actor=actor, institution_id=centre.id, now=now)),
            "small": len(enrolment.small_classes(institution_id=centre.id, now=now)),
            "draws": enrolment.draws_due(actor=actor, now=now),
            "links": people.waiting_links_in(actor, limit=10),
            "drafts": classes.runs_of(centre.id, now=now, states=("draft", "awaiting"), limit=10),
            "runs": classes.runs_of(centre.id, now=now, states=("published",), limit=8),
        },
    )


@open_to(DESK)
@require_POST
def confirm_link(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """A daughter and her mother stand at the desk with their papers: the clerk says so, and the link is live."""
    actor = replace(actor_of(request), channel="counter")
    papers = request.POST.get("papers_seen", "")[:80]
    people.confirm_family(actor=actor, link_uuid=link_uuid, papers_seen=papers, now=clock.now())
    messages.success(request, _("确认好了，现在就可以代办。"))
    return redirect("centre_today")


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def open_class(request: HttpRequest) -> HttpResponse:
    """Choose an earlier class, see dates and clashes, make a draft. The draft's own page shows it and publishes it."""
    actor, now = actor_of(request), clock.now()
    day = clock.local_date(now)
    centre = centre_of(actor, day)
    code = (request.POST.get("from") or request.GET.get("from") or "")[:20]
    if not code:
        earlier = classes.runs_of(centre.id, now=now, states=("published", "finished"), limit=SHOWN_MAX)
        first = classes.first_meetings([card.run_id for card in earlier])
        rows = [{"card": card, "first": first.get(card.run_id)} for card in earlier]
        return render(request, "centre/choose.html", {"centre": centre, "earlier": rows})
    source = classes.get_class(code, now=now)
    if source.card.institution_id != centre.id:
        raise NotAllowed
    rooms = [
        (room.id, _("{room}（{seats} 座）").format(room=room.name, seats=room.seats))
        for room in institutions.rooms_of(centre.id)
    ]
    teachers = teachers_for(source, day)
    given = (
        request.POST
        if request.method == "POST"
        else request.GET
        if "first_day" in request.GET
        else _proposal(source, day)
    )
    form = CopyForm(given, rooms=rooms, teachers=teachers)
    plan, refusal = None, ""
    if form.is_valid():
        chosen: dict[str, Any] = form.cleaned_data
        plan = classes.plan_copy(
            code, first_day=chosen["first_day"], room_id=chosen["room"], teacher_id=chosen["teacher"], now=now
        )
        if request.method == "POST" and "check" not in request.POST:
            try:
                made = classes.copy_last_term(
                    actor=actor,
                    source_code=code,
                    first_day=chosen["first_day"],
                    room_id=chosen["room"],
                    teacher_id=chosen["teacher"],
                    price_fen=chosen["price"],
                    capacity=chosen["capacity"],
                    title=chosen["title"],
                    admission=chosen["admission"],
                    now=now,
                )
            except Refused as refused:
                refusal = refused.message
            else:
                messages.success(request, _("草稿做好了。看一看居民看到的样子，再发布。"))
                return redirect("centre_run", code=made.code)
    context = {"centre": centre, "source": source, "form": form, "plan": plan, "refusal": refusal}
    return render(request, "centre/open.html", context, status=422 if refusal or form.errors else 200)


@open_to(DESK)
@require_safe
def run_page(request: HttpRequest, code: str) -> HttpResponse:
    """One class of the centre: a draft with its preview, or the roster that prints on A4."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    run = classes.get_class(code, now=now)
    if run.card.institution_id != centre.id:
        raise NotAllowed
    context: dict[str, Any] = {"centre": centre, "run": run, "state_word": classes.STATE_WORDS[run.state], "now": now}
    if run.state in {"draft", "awaiting"}:
        return render(request, "centre/draft.html", context)
    roster = enrolment.roster_of(actor=actor, run_id=run.run_id)
    known = people.access_persons(actor, [row.person_id for row in roster])
    context["rows"] = [
        {
            "place": row,
            "phone": known[row.person_id].phone if row.person_id in known else "",
            "channel": CHANNEL_WORDS.get(row.channel, row.channel),
        }
        for row in roster
    ]
    context["helpers"] = classes.assistants_of_run(run.run_id)
    context["seats"] = enrolment.seats_of(run.run_id)
    context["meetings"] = [each for each in run.sessions if each.state != "cancelled"]
    context["owed"] = [each for each in run.sessions if each.is_owed and run.state == "published"]
    return render(request, "centre/run.html", context)


@open_to(DESK)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Let residents see the draft; with a price it goes to the county for approval first."""
    made = classes.publish_class_run(actor=actor_of(request), code=code, now=clock.now())
    if made.state == "published":
        messages.success(request, _("已发布，居民现在能报名了。"))
    else:
        messages.info(request, _("已送县区批准。收费的班批准后才会出现在找课页。"))
    return redirect("centre_run", code=made.code)


def _proposal(source: classes.ClassDetail, day: date) -> dict[str, str]:
    """What the form starts with: everything as last term, from the same weekday at least a week ahead."""
    weekday = clock.local_date(source.sessions[0].starts_at).weekday() if source.sessions else day.weekday()
    first = max(day + timedelta(days=7), source.ends_on + timedelta(days=1))
    first += timedelta(days=(weekday - first.weekday()) % 7)
    return {
        "title": source.card.title,
        "first_day": first.isoformat(),
        "room": str(source.room_id),
        "teacher": str(source.teacher_id),
        "capacity": str(source.card.capacity),
        "price": yuan(source.card.price_fen).replace(",", ""),
        "admission": source.card.admission,
    }


def teachers_for(source: classes.ClassDetail, on: date) -> list[tuple[int, str]]:
    """Teachers the centre may choose, the earlier one first."""
    others = people.teachers_in(source.region, institution_id=source.card.institution_id, on=on)
    return [(source.teacher_id, source.teacher_name)] + [pair for pair in others if pair[0] != source.teacher_id]
