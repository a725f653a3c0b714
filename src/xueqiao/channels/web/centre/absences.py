"""连续缺课的人: whom to ring before the seat goes to who waits, and one box to keep it hers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import api as learning
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused


@open_to(DESK)
@require_safe
def absences_page(request: HttpRequest) -> HttpResponse:
    """Who stays away without a word in the centre's classes, the nearest release first."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    return render(
        request,
        "centre/absences.html",
        {
            "centre": centre,
            "now": now,
            "numbers": learning.absence_numbers(region=centre.region, institution_id=centre.id, now=now),
            "rows": [
                {"case": case, "waiting": enrolment.line_end(case.run_id, now=now).position - 1}
                for case in learning.absences_at(actor=actor, institution_id=centre.id, now=now)
            ],
        },
    )


@open_to(DESK)
@require_POST
def keep_seat(request: HttpRequest, case_uuid: UUID) -> HttpResponse:
    """按请假记下: the seat stays, the learner is told."""
    try:
        shown = learning.excuse_absences(
            actor=actor_of(request), case_uuid=case_uuid, reason=request.POST.get("reason", ""), now=clock.now()
        )
    except Refused as refusal:
        if refusal.code not in {"excuse_needed", "absence_case_over"}:
            raise
        say_why_not(request, refusal)
    else:
        messages.success(request, _("{name}按请假记下了，座位留着。").format(name=shown.person_name))
    return redirect("centre_absences")
