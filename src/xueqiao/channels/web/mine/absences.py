"""连续缺课: what was counted, what follows and when, and one box to say why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.enrol.views import open_line
from xueqiao.channels.web.enrol.words import until_words
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning import api as learning
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

OVER = {
    "excused": gettext_lazy("已经按请假记下，座位给您留着"),
    "ended": gettext_lazy("已经没事了，座位还是您的"),
    "released": gettext_lazy("座位已经让给候补的人"),
}


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, case_uuid: UUID) -> HttpResponse:
    """One case; POST says why, and the seat stays."""
    actor, now = actor_of(request), clock.now()
    refusal, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            learning.excuse_absences(actor=actor, case_uuid=case_uuid, reason=reason, now=now)
        except Refused as refused:
            if refused.code not in {"excuse_needed", "own_excuse_used"}:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("已经按请假记下，座位给您留着。下次有事，提前说一声就好。"))
            return redirect("mine_absence", case_uuid=case_uuid)
    shown = learning.access_absence(actor=actor, case_uuid=case_uuid, now=now)
    run = classes.get_class_by_id(shown.run_id, now=now)
    numbers = learning.absence_numbers(region=shown.region, institution_id=run.card.institution_id, now=now)
    return render(
        request,
        "mine/absence.html",
        {
            "here": "mine",
            "shown": shown,
            "run": run,
            "numbers": numbers,
            "is_past": shown.release_at is not None and shown.release_at <= now,
            "release": until_words(shown.release_at, now) if shown.release_at else "",
            "over": OVER.get(shown.state, ""),
            "line": open_line(shown.run_id, now) if shown.state == "released" else None,
            "refusal": refusal,
            "reason": reason,
        },
        status=status if refusal else 200,
    )
