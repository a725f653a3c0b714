"""任课协议: what a teacher is paid for a class hour, and the paper of a public body's member."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, fen_typed, number_typed
from xueqiao.channels.web.payroll.words import BANDS, KINDS
from xueqiao.domains.classes import api as classes
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import Refused

DESK = STAFF(*classes.PAY_ROLES)
_READ_ON = {
    "invalid_input",
    "bad_contract",
    "rate_above_band",
    "contract_overlaps",
    "own_contract",
    "reason_needed",
    "permission_not_needed",
}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """All contracts of the reader's units, those that lack a paper first; a form for one more."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = _sign(request, actor)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("协议已登记。上过的课按这份协议计酬。"))
            return redirect("payroll_contract", contract_uuid=made.uuid)
    rows = classes.access_contracts(actor=actor)
    centres = _centres(actor, today)
    chosen = _chosen(request, centres)
    teachers = people.teachers_in(chosen.region, institution_id=chosen.id, on=today) if chosen is not None else []
    context = {
        "rows": [
            {"view": row, "kind": KINDS[row.kind], "band": BANDS[row.band], "is_over": row.valid_to < today}
            for row in sorted(rows, key=lambda row: (not row.lacks_permission, row.valid_to < today))
        ],
        "centres": centres,
        "chosen": chosen,
        "teachers": [(pk, name) for pk, name in teachers if pk != actor.person_id],
        "kinds": KINDS.items(),
        "bands": BANDS.items(),
        "typed": request.POST,
        "today": today,
        "year_end": date(today.year, 12, 31),
        "refusal": refusal,
    }
    return render(request, "payroll/contracts.html", context, status=status)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, contract_uuid: UUID) -> HttpResponse:
    """One contract: its papers, a form for the permission, a form to end it early."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("step") == "end":
                classes.end_contract(
                    actor=actor,
                    contract_uuid=contract_uuid,
                    last_day=day_typed(request.POST, "last_day", _("最后一天")),
                    reason=request.POST.get("reason", ""),
                    now=now,
                )
                messages.success(request, _("协议已改到那天为止。上过的课照样计酬。"))
            else:
                classes.record_permission(
                    actor=actor,
                    contract_uuid=contract_uuid,
                    unit=request.POST.get("unit", ""),
                    document=request.POST.get("document", ""),
                    issued_on=day_typed(request.POST, "issued_on", _("文件日期")),
                    valid_to=day_typed(request.POST, "valid_to", _("有效期")),
                    now=now,
                )
                messages.success(request, _("许可已登记。从文件日期起上的课计酬。"))
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            return redirect("payroll_contract", contract_uuid=contract_uuid)
    shown = classes.access_contract(actor=actor, contract_uuid=contract_uuid)
    today = clock.local_date(now)
    context = {
        "contract": shown,
        "kind": KINDS[shown.kind],
        "band": BANDS[shown.band],
        "is_over": shown.valid_to < today,
        "today": today,
        "may_change": shown.teacher_id != actor.person_id,
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "payroll/contract.html", context, status=status)


def _sign(request: HttpRequest, actor: Actor) -> classes.ContractView:
    form = request.POST
    return classes.sign_contract(
        actor=actor,
        institution_id=number_typed(form, "centre", _("单位")),
        teacher_id=number_typed(form, "teacher", _("老师")),
        kind=form.get("kind", ""),
        band=form.get("band", ""),
        rate_fen=fen_typed(form, "rate_yuan", _("每课时课酬")),
        document=form.get("document", ""),
        valid_from=day_typed(form, "valid_from", _("开始日期")),
        valid_to=day_typed(form, "valid_to", _("最后一天")),
        now=clock.now(),
    )


def _centres(actor: Actor, on: date) -> list[institutions.InstitutionView]:
    """The institutions whose contracts the reader writes: of a duty bound to one, else the open centres of the unit."""
    found: dict[int, institutions.InstitutionView] = {}
    for duty in actor.duties:
        if duty.role not in classes.PAY_ROLES:
            continue
        if duty.institution_id is not None:
            here = [institutions.get_institution_by_id(duty.institution_id)]
        else:
            here = institutions.institutions_in(duty.low, kind="township_centre", on=on)
        found |= {each.id: each for each in here}
    return sorted(found.values(), key=lambda each: (each.region, each.code))[:200]


def _chosen(request: HttpRequest, centres: list[institutions.InstitutionView]) -> institutions.InstitutionView | None:
    wanted = request.POST.get("centre") or request.GET.get("centre") or ""
    named = [each for each in centres if str(each.id) == wanted]
    return named[0] if named else centres[0] if len(centres) == 1 else None
