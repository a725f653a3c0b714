"""The school's desk of conversions: what waits, with its explanation; confirm, refuse with a reason, reverse."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.centre.claims import DESK
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.steps import step_done
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

SHOWN_MAX = 20


@open_to(DESK)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's school, the one due first at the top, and what was confirmed lately."""
    actor = actor_of(request)
    waiting = credit_bank.access_conversions_waiting(actor=actor, now=clock.now())
    context = {
        "rows": waiting[:SHOWN_MAX],
        "more": max(0, len(waiting) - SHOWN_MAX),
        "confirmed": credit_bank.access_conversions_confirmed(actor=actor),
    }
    return render(request, "centre/conversions.html", context)


@open_to(DESK)
@require_POST
def confirm(request: HttpRequest, conversion_uuid: UUID) -> HttpResponse:
    """Take the credit into the programme."""
    return step_done(
        request,
        lambda: credit_bank.confirm_conversion(
            actor=actor_of(request), conversion_uuid=conversion_uuid, now=clock.now()
        ),
        said=_("确认了，学分记到了本校项目里。"),
        then="centre_conversions",
    )


@open_to(DESK)
@require_POST
def refuse(request: HttpRequest, conversion_uuid: UUID) -> HttpResponse:
    """Do not take it; the reason is for the learner."""
    return step_done(
        request,
        lambda: credit_bank.refuse_conversion(
            actor=actor_of(request),
            conversion_uuid=conversion_uuid,
            words=request.POST.get("words", ""),
            now=clock.now(),
        ),
        said=_("退回了，学分回到本人账户，理由已告诉本人。"),
        then="centre_conversions",
    )


@open_to(DESK)
@require_POST
def reverse(request: HttpRequest, conversion_uuid: UUID) -> HttpResponse:
    """Take a confirmed conversion back."""
    return step_done(
        request,
        lambda: credit_bank.reverse_conversion(
            actor=actor_of(request),
            conversion_uuid=conversion_uuid,
            words=request.POST.get("words", ""),
            now=clock.now(),
        ),
        said=_("冲回了，学分回到本人账户，理由已告诉本人。"),
        then="centre_conversions",
    )
