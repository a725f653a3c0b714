"""优惠登记: a proof was seen at the counter; from now on this person pays less, by itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed
from xueqiao.channels.web.schemes.words import CONCESSIONS
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused

ROLES = ("centre_clerk", *payments.FINANCE_ROLES)
DESK = STAFF(*ROLES)
_READ_ON = {"invalid_input", "own_concession"}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Record one; below, those the unit has recorded, in force first."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = _grant(request, actor)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("{name} 的优惠登记好了，报名时自动减。").format(name=made.person_name))
            return redirect("scheme_concessions")
    rows = sorted(payments.access_concessions_checked(actor=actor, now=now), key=lambda row: not row.is_live)
    context = {
        "rows": [{"view": row, "kind": CONCESSIONS[row.kind]} for row in rows],
        "kinds": CONCESSIONS.items(),
        "today": clock.local_date(now),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "schemes/concessions.html", context, status=status)


@open_to(DESK)
@require_POST
def end(request: HttpRequest, concession_uuid: UUID) -> HttpResponse:
    """The proof does not hold any more."""
    payments.end_concession(actor=actor_of(request), concession_uuid=concession_uuid, now=clock.now())
    messages.success(request, _("已终止，以后报名按原价。已经交的钱不变。"))
    return redirect("scheme_concessions")


def _grant(request: HttpRequest, actor: Actor) -> payments.ConcessionView:
    form = request.POST
    person = people.find_person_by_code(actor, form.get("learner_code", "")[:12])
    if person is None:
        raise InvalidInput(what=_("没有这个学号，或者这个人不在您的单位"))
    return payments.grant_concession(
        actor=actor,
        person_id=person.id,
        kind=form.get("kind", ""),
        proof=form.get("proof", ""),
        valid_to=day_typed(form, "valid_to", _("有效期")),
        region=_unit(actor),
        now=clock.now(),
    )


def _unit(actor: Actor) -> int:
    """The unit whose desk saw the proof: the smallest of the reader's duties."""
    units = [duty for duty in actor.duties if duty.role in ROLES]
    if not units:
        raise NotAllowed
    return min(units, key=lambda duty: duty.high - duty.low).low
