"""The reviewers' desk: claims by the day they are due, papers, acceptance by two, one opinion each."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.gate import RESIDENT, STAFF, actor_of, open_to
from xueqiao.channels.web.mine.claims import STATES
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

DESK = STAFF("centre_clerk", "county_officer", "city_officer", "province_officer")
SHOWN_MAX = 20


@open_to(DESK)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Claims that wait for the reader, the one due first at the top. Everything can be done with Tab and Enter."""
    today = clock.local_date(clock.now())
    waiting = credit_bank.access_claims_waiting(actor=actor_of(request))
    rows = [
        {
            "claim": each,
            "kind": credit_bank.OUTCOME_TYPES[each.type],
            "state": STATES[each.state][0],
            "is_late": each.due is not None and each.due < today,
            "is_new": each.state == "claimed",
        }
        for each in waiting[:SHOWN_MAX]
    ]
    return render(request, "centre/claims.html", {"rows": rows, "more": max(0, len(waiting) - SHOWN_MAX)})


@open_to(DESK)
@require_POST
def accept(request: HttpRequest, claim_uuid: UUID) -> HttpResponse:
    """Note how the paper was checked; a class that was attended in full is written as such."""
    actor, now = actor_of(request), clock.now()
    code = request.POST.get("other_code", "").strip()
    other = people.find_person_by_code(actor, code) if code else None
    facts: dict[str, object] = {"attendance": Fraction(1), "passed": True} if request.POST.get("completed") else {}
    if request.POST.get("interviewed"):
        facts["interviewed"] = True
    try:
        credit_bank.accept_claim(
            actor=actor,
            claim_uuid=claim_uuid,
            method=request.POST.get("method", ""),
            seen_also_by_id=other.id if other else None,
            checked_facts=facts,
            now=now,
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        say_why_not(request, refused)
    else:
        messages.success(request, _("已受理，开始评审。"))
    return _next()


@open_to(DESK)
@require_POST
def judge(request: HttpRequest, claim_uuid: UUID) -> HttpResponse:
    """Yes or no, with words where it is no."""
    try:
        done = credit_bank.judge_claim(
            actor=actor_of(request),
            claim_uuid=claim_uuid,
            is_for=request.POST.get("voice") == "for",
            words=request.POST.get("words", ""),
            now=clock.now(),
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        say_why_not(request, refused)
    else:
        messages.success(
            request, _("意见记下了：{title}，{state}。").format(title=done.title, state=STATES[done.state][0])
        )
    return _next()


def _next() -> HttpResponse:
    """Back to the desk, at the claim that is first now: the next Tab is its paper."""
    return HttpResponseRedirect(reverse("centre_claims") + "#c1")


@open_to(RESIDENT)
@require_safe
def paper(request: HttpRequest, evidence_uuid: UUID) -> HttpResponse:
    """A paper, for its person and for reviewers: as a download, never shown inside our pages."""
    content_type, body = credit_bank.access_evidence(actor=actor_of(request), evidence_uuid=evidence_uuid)
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[content_type]
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="paper-{evidence_uuid}.{ending}"'
    return response
