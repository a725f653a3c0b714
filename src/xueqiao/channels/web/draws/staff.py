"""The staff's steps of a draw: close the list, type the public value (two people), hold the draw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.draws import words
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

RETYPED = ("source_unreadable", "source_differs")  # a slip of the hand: twenty throws are not typed anew for it
DESK = STAFF(people.CENTRE_CLERK, people.COUNTY_OFFICER, people.CITY_OFFICER, people.PROVINCE_OFFICER)


@open_to(DESK)
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds on their way to the draw, with the next step of each."""
    rows = [{"draw": view, "state": words.STATES[view.state]} for view in enrolment.draws_in(actor=actor_of(request))]
    return render(request, "draws/rounds.html", {"rows": rows})


@open_to(DESK)
@require_safe
def steps(request: HttpRequest, code: str) -> HttpResponse:
    """One round: what is done, and the one thing to press next."""
    return _steps_page(request, code)


def _steps_page(request: HttpRequest, code: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page of a round; after a refusal with its words and with what was typed."""
    actor, now = actor_of(request), clock.now()
    view = enrolment.access_draw(actor=actor, code=code)
    typing = enrolment.typing_of(view.round_id, seen_by=actor)
    return render(
        request,
        "draws/steps.html",
        {
            "draw": view,
            "state": words.STATES.get(view.state, view.state),
            "steps": words.protocol(view),
            "typing": typing,
            "is_mine": typing.typed_by_id == actor.person_id,
            "kind": enrolment.source_kind(view.source_kind),
            "is_due": now >= view.source_due_at,
            "is_closed": now >= view.wishes_close_at,
            "refusal": refusal,
            "typed": request.POST,
        },
        status=status,
    )


@open_to(DESK)
@require_POST
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    view = enrolment.freeze_round(actor=actor_of(request), code=code, now=clock.now())
    messages.success(request, _("名单封好了，一共 {count} 份。请把指纹贴到公告栏。").format(count=view.entry_count))
    return redirect("centre_draw", code=view.code)


@open_to(DESK)
@require_POST
def type_value(request: HttpRequest, code: str) -> HttpResponse:
    try:
        typed = enrolment.type_source_value(
            actor=actor_of(request),
            code=code,
            value=request.POST.get("value", "")[:600],
            is_starting_over=request.POST.get("start_over") == "yes",
            now=clock.now(),
        )
    except Refused as refused:
        if refused.code not in RETYPED:
            raise
        return _steps_page(request, code, refusal=refused.message, status=refused.status)
    if typed.state == "settled":
        messages.success(request, _("两位填得一样，公开随机数定下了，可以抽签。"))
    else:
        messages.success(request, _("记下了。请另一位同事登录后，自己照公告再填一遍。"))
    return redirect("centre_draw", code=code)


@open_to(DESK)
@require_POST
def hold(request: HttpRequest, code: str) -> HttpResponse:
    view = enrolment.draw_round(
        actor=actor_of(request),
        code=code,
        withheld_because=request.POST.get("withheld_because", "")[:200],
        now=clock.now(),
    )
    messages.success(request, _("抽完了，结果和全部材料已经公布。"))
    return redirect("draw_show", code=view.code)
