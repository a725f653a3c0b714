"""What my learning is worth elsewhere, and claims for learning from elsewhere: choose, photograph, follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.whose import whose
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

PAPER_READ_MAX = 2 * 1024 * 1024 + 1
KINDS = (  # what residents bring most, with what the second screen asks for
    ("training_certificate", gettext_lazy("培训班、短期课程"), ("hours",)),
    ("vocational_qualification", gettext_lazy("职业资格、技能等级证书"), ("credits",)),
    ("degree_course", gettext_lazy("学校的一门课程"), ("credits", "grade")),
    ("award", gettext_lazy("比赛得奖"), ("award_level", "work")),
    ("work_experience", gettext_lazy("工作经历"), ("years",)),
    ("volunteering", gettext_lazy("志愿服务、给人上课"), ("hours",)),
    ("heritage", gettext_lazy("非遗手艺"), ("hours",)),
)
AWARD_LEVELS = (
    ("county", gettext_lazy("县级")),
    ("city", gettext_lazy("市级")),
    ("province", gettext_lazy("省级")),
    ("nation", gettext_lazy("国家级")),
)
STATES = {
    "claimed": (gettext_lazy("等中心受理"), "warn"),
    "accepted": (gettext_lazy("正在评审"), "info"),
    "appealed": (gettext_lazy("申诉正在评审"), "info"),
    "recognised": (gettext_lazy("已认定"), "good"),
    "refused": (gettext_lazy("没有认定"), "bad"),
}


@open_to(RESIDENT)
@require_safe
def worth(request: HttpRequest) -> HttpResponse:
    """What the person's learning is worth in every programme in reach, the nearest first."""
    who = whose(request)
    worths = credit_bank.worth_everywhere(actor=who.actor, person_id=who.person.id, now=clock.now())
    return render(request, "mine/worth.html", {"here": "mine", "who": who, "rows": worth_rows(worths)})


def worth_rows(worths: Sequence[credit_bank.ProgrammeWorth]) -> list[dict[str, Any]]:
    """What a page shows of each programme: its figures as people write them, the way, and the classes of the way."""
    return [
        {
            "answer": each.answer,
            "amount": credit_bank.credits_text(each.answer.amount_hundredths),
            "needed": credit_bank.credits_text(each.answer.programme.required_hundredths),
            "missing": credit_bank.credits_text(each.answer.missing_hundredths),
            "part": min(100, each.answer.amount_hundredths * 100 // max(1, each.answer.programme.required_hundredths)),
            "version": each.rules_version,
            "way": each.way,
            "cards": [open_class.card for open_class in each.classes],
        }
        for each in worths
    ]


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Screen one: what is it? Screen two: its name, its issuer, when, and a photograph. Then its place among claims."""
    who = whose(request)
    kind = request.POST.get("type") or request.GET.get("type") or ""
    asked = next((fields for code, _label, fields in KINDS if code == kind), None)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            credit_bank.claim_outcome(
                actor=who.actor,
                person_id=who.person.id,
                outcome=_outcome(request, kind, asked or ()),
                papers=[_paper(file) for file in request.FILES.getlist("paper")],
                now=clock.now(),
            )
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("申请交上去了，进度都在这一页。"))
            return HttpResponseRedirect(reverse("mine_claims") + who.query)
    context = {
        "here": "mine",
        "who": who,
        "kinds": KINDS,
        "kind": kind if asked is not None else "",
        "kind_label": next((label for code, label, _fields in KINDS if code == kind), ""),
        "asked": asked or (),
        "levels": AWARD_LEVELS,
        "given": {name: request.POST.get(name, "")[:120] for name in ("title", "issuer", "ends_on", *(asked or ()))},
        "refusal": refusal,
        "today": clock.local_date(clock.now()).isoformat(),
    }
    return render(request, "mine/claim.html", context, status=status)


@open_to(RESIDENT)
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """All claims of the person: where each stands, by when the office is due, what was decided and why."""
    who = whose(request)
    today = clock.local_date(clock.now())
    rows = [
        {
            "claim": each,
            "state": STATES[each.state][0],
            "look": STATES[each.state][1],
            "may_appeal": each.appeal_until is not None and each.state == "refused" and today <= each.appeal_until,
        }
        for each in credit_bank.access_claims_of(actor=who.actor, person_id=who.person.id)
    ]
    return render(request, "mine/claims.html", {"here": "mine", "who": who, "rows": rows})


@open_to(RESIDENT)
@require_POST
def appeal(request: HttpRequest, claim_uuid: UUID) -> HttpResponse:
    """Ask for a second decision by other people."""
    try:
        credit_bank.appeal_claim(
            actor=actor_of(request), claim_uuid=claim_uuid, words=request.POST.get("words", ""), now=clock.now()
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("申诉交上去了，由没有参与过的评审重新决定。"))
    return HttpResponseRedirect(reverse("mine_claims") + whose(request).query)


def _outcome(request: HttpRequest, kind: str, asked: tuple[str, ...]) -> credit_bank.ClaimedOutcome:
    """What the form says. Raises InvalidInput."""
    facts: dict[str, Any] = {}
    for name in asked:
        typed = request.POST.get(name, "").strip()
        if name in ("hours", "credits", "years", "grade"):
            facts[name] = _number(typed, {"hours": 60, "credits": 100}.get(name, 1))
        elif typed:
            facts[name] = typed[:80]
    if kind == "award" and facts.get("award_level") not in {code for code, _label in AWARD_LEVELS}:
        raise InvalidInput(what=_("请选奖项的级别"))
    if kind == "work_experience":
        facts["portfolio"] = True  # the paper that is handed in
    try:
        ends_on = date.fromisoformat(request.POST.get("ends_on", ""))
    except ValueError as reason:
        raise InvalidInput(what=_("请填取得的日期")) from reason
    return credit_bank.ClaimedOutcome(
        type=kind,
        title=request.POST.get("title", "")[:80],
        issuer_name=request.POST.get("issuer", "")[:80],
        ends_on=ends_on,
        facts=facts,
    )


def _number(typed: str, scale: int) -> int:
    try:
        number = Decimal(typed) * scale
        whole = int(number)
    except (InvalidOperation, ValueError, OverflowError) as reason:
        raise InvalidInput(what=_("数目请填数字")) from reason
    if whole != number or not 0 < whole <= 1_000_000:
        raise InvalidInput(what=_("数目要在合理范围内"))
    return whole


def _paper(file: UploadedFile) -> credit_bank.Paper:
    return credit_bank.Paper((file.name or "")[:80], file.read(PAPER_READ_MAX))
