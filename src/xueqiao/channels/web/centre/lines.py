"""候补名单 of one class: who, why not yet, why her; another order by two people; and the calls about offered seats."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.views import CHANNEL_WORDS, DESK, centre_of
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

LINE_STAFF = STAFF(people.CENTRE_CLERK, people.COUNTY_OFFICER)
SKIP_WORDS = {
    "time_clash": gettext_lazy("这个时间有别的课"),
    "already_enrolled": gettext_lazy("已经占着这个班的座位"),
    "term_limit_reached": gettext_lazy("这个学期已经报满"),
    "spending_cap_reached": gettext_lazy("超过家人定的额度"),
    "age_outside": gettext_lazy("年龄不在招收范围"),
    "not_on_the_list": gettext_lazy("已不在企业的名单上"),
    "guardian_consent_missing": gettext_lazy("没有监护人同意"),
    "not_enough_together": gettext_lazy("要一起上，空出的座位不够"),
    "let_go_already": gettext_lazy("这个座位刚放过，等下一个"),
}
OFFER_STATES = {
    "open": (gettext_lazy("等答复"), "warn"),
    "accepted": (gettext_lazy("要了"), "good"),
    "declined": (gettext_lazy("不要"), ""),
    "expired": (gettext_lazy("没有答复"), "bad"),
    "cancelled": (gettext_lazy("停办"), ""),
}
OUTCOMES = {
    "no_answer": gettext_lazy("没人接"),
    "will_think": gettext_lazy("再想想"),
    "accepted": gettext_lazy("电话里说要"),
    "declined": gettext_lazy("电话里说不要"),
}


@open_to(LINE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def line_page(request: HttpRequest, code: str) -> HttpResponse:
    """The line in order with each reason; the offers made with whom they went past; asking for another order."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(code, now=now)
    if request.method == "POST":
        entry, position = request.POST.get("entry", ""), request.POST.get("position", "")
        rows = enrolment.line_rows(actor=actor, run_id=run.run_id, region=run.region)
        wanted = next((row for row in rows if str(row.entry_uuid) == entry), None)
        if wanted is not None:
            enrolment.ask_move_in_line(
                actor=actor,
                entry_uuid=wanted.entry_uuid,
                position=int(position) if position.isascii() and position.isdigit() and len(position) < 6 else 0,
                reason=request.POST.get("reason", ""),
                now=now,
            )
            messages.info(request, _("已经提出。另一位同事确认以后，顺序才会变。"))
        return redirect("centre_line", code=code)
    rows = enrolment.line_rows(actor=actor, run_id=run.run_id, region=run.region)
    return render(
        request,
        "centre/line.html",
        {
            "run": run,
            "rows": [
                {
                    "row": row,
                    "names": "、".join(row.names),
                    "phones": [phone for phone in row.phones if phone],
                    "channel": CHANNEL_WORDS.get(row.channel, row.channel),
                    "why": SKIP_WORDS.get(row.skip_code, row.skip_code),
                }
                for row in rows
            ],
            "waiting": [row for row in rows if row.state == "waiting"],
            "seats": enrolment.seats_of(run.run_id),
            "offers": [
                {
                    "offer": offer,
                    "word": OFFER_STATES[offer.state][0],
                    "kind": OFFER_STATES[offer.state][1],
                    "past": [(name, SKIP_WORDS.get(why, why)) for name, why in offer.passed_over],
                }
                for offer in enrolment.offers_made(actor=actor, run_id=run.run_id, region=run.region)
            ],
            "moves": [
                {"move": move, "names": "、".join(move.names), "may_decide": move.asked_by_id != actor.person_id}
                for move in enrolment.moves_of(actor=actor, run_id=run.run_id, region=run.region)
            ],
            "now": now,
        },
    )


@open_to(LINE_STAFF)
@require_POST
def decide_move(request: HttpRequest, code: str, move_uuid: UUID) -> HttpResponse:
    """The second person confirms or refuses another order."""
    is_approved = request.POST.get("answer") == "approve"
    enrolment.move_in_line(actor=actor_of(request), move_uuid=move_uuid, is_approved=is_approved, now=clock.now())
    messages.success(request, _("顺序已经按理由调整。") if is_approved else _("已退回，顺序没有变。"))
    return redirect("centre_line", code=code)


@open_to(DESK)
@require_safe
def calls_page(request: HttpRequest) -> HttpResponse:
    """Whom to ring: seats offered and not answered, soonest end first; then held seats that wait for the till."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    return render(
        request,
        "centre/calls.html",
        {
            "centre": centre,
            "now": now,
            "offers": [
                {"call": call, "last": OUTCOMES.get(call.last_outcome, "")}
                for call in enrolment.offers_to_call(actor=actor, institution_id=centre.id, now=now)
            ],
            "unpaid": enrolment.calls_to_make(actor=actor, institution_id=centre.id, now=now, limit=50),
            "outcomes": OUTCOMES,
        },
    )


@open_to(DESK)
@require_POST
def record_call(request: HttpRequest, offer_uuid: UUID) -> HttpResponse:
    """How the call went; yes and no are done at once, for the person on the phone."""
    actor = replace(actor_of(request), channel="phone")
    outcome = request.POST.get("outcome", "")
    enrolment.record_offer_call(actor=actor, offer_uuid=offer_uuid, outcome=outcome, now=clock.now())
    messages.success(request, _("记下了：{outcome}。").format(outcome=OUTCOMES.get(outcome, outcome)))
    return redirect("centre_calls")
