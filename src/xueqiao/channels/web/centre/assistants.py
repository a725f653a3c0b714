"""Assistants of a class: who helps in which meetings, and who cannot come and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.changes import own_run
from xueqiao.channels.web.centre.views import DESK, teachers_for
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, Refused


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def assistants(request: HttpRequest, code: str) -> HttpResponse:
    """The coming meetings with their assistants; one form adds somebody to all or to those ticked."""
    actor, now = actor_of(request), clock.now()
    centre, run = own_run(actor, code, now)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            messages.success(request, _do(request, actor, run.code))
        except Refused as refused:
            if refused.status >= 500:
                raise
            refusal, status = refused.message, refused.status
        else:
            return redirect("centre_assistants", code=code)
    coming = [each for each in run.sessions if each.state == "planned" and each.starts_at > now]
    helping = classes.assistants_of([each.id for each in run.sessions])
    ticked = {int(each) for each in request.POST.getlist("session") if each.isascii() and each.isdigit()}
    context = {
        "centre": centre,
        "run": run,
        "rows": [
            {
                "session": each,
                "assistants": helping.get(each.id, []),
                "is_ticked": not ticked or each.id in ticked,
            }
            for each in coming
        ],
        "people": classes.assistants_of_run(run.run_id),
        "choices": [pair for pair in teachers_for(run, clock.local_date(now)) if pair[0] != run.teacher_id],
        "chosen": request.POST.get("person", ""),
        "refusal": refusal,
    }
    return render(request, "centre/assistants.html", context, status=status)


def _do(request: HttpRequest, actor: Actor, code: str) -> str:
    """Add or take away; returns what to say about it."""
    now, typed = clock.now(), request.POST
    person_id = _number(typed.get("person", ""))
    if typed.get("step") == "remove":
        gone = classes.remove_assistant(actor=actor, code=code, person_id=person_id, now=now)
        return ngettext("以后的 {n} 次课她不再助教。", "以后的 {n} 次课她不再助教。", gone).format(n=gone)
    sessions = [_number(each) for each in typed.getlist("session")[:200]]
    if not sessions:
        raise InvalidInput(what=_("至少勾一次课"))
    added = classes.add_assistant(actor=actor, code=code, person_id=person_id, session_ids=sessions, now=now)
    return ngettext("加好了，助教 {n} 次课。", "加好了，助教 {n} 次课。", added).format(n=added)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput(what=_("请选一位助教"))
    return int(text)
