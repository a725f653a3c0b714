"""排候补：a full class, and one press on a name puts that person at the end of its line."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.enrol.views import choices_of
from xueqiao.channels.web.enrol.words import place_words, rows_of
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

TO_ORDINARY = {"seats_are_free", "already_enrolled"}  # where the ordinary pages know better


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest, class_code: str) -> HttpResponse:
    """Pressing a name joins the line; a stale form, when seats are free again, leads to the ordinary enrolment."""
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    choices = choices_of(actor, now)
    if request.method == "POST":
        wanted = request.POST.getlist("person")
        people = [choice for choice in choices if str(choice["value"]) in wanted]
        if not people or len(people) != len(set(wanted)):
            raise InvalidInput(what=_("没有选给谁排候补"))
        try:
            entry = enrolment.join_waiting_list(
                actor=actor,
                run_id=run.run_id,
                person_ids=[person["id"] for person in people],
                request_key=request.POST.get("form_key", "")[:64],
                channel="web",
                now=now,
            )
        except Refused as refusal:
            if refusal.code not in TO_ORDINARY:
                raise
            messages.info(request, refusal.message)
            return redirect("enrol_who", class_code=class_code)
        return redirect("mine_waiting", entry_uuid=entry.uuid)
    mine = enrolment.waiting_of(actor=actor, person_ids=[choice["id"] for choice in choices])
    told = request.GET.get("for", "")
    choices.sort(key=lambda choice: str(choice["value"]) != told)  # who was just told that the class is full
    standing = {pid: entry for entry in mine if entry.run_id == run.run_id for pid in entry.person_ids}
    return render(
        request,
        "enrol/wait.html",
        {
            "run": run,
            "card": run.card,
            "time_words": rows_of(name="", run=run, now=now)[2]["value"],
            "place_words": place_words(run),
            "choices": [choice | {"entry": standing.get(choice["id"])} for choice in choices],
            "free_choices": [choice for choice in choices if choice["id"] not in standing],
            "line": enrolment.line_end(run.run_id, now=now),
            "history": history_words(enrolment.freeing_history(run_id=run.run_id, now=now)),
            "form_key": uuid4().hex,
        },
    )


def history_words(history: enrolment.FreeingHistory) -> str:
    """How many seats usually come free, in words people can use."""
    if not history.runs:
        return _("这门课以前没有开过班，会空出几个座位还说不准。")
    if not history.freed:
        return _("以前的班没有人中途退过课，空出座位的机会不大。")
    each = history.freed / history.runs
    if each < 1:
        return _("以前 {runs} 个班一共空出过 {freed} 个座位。").format(runs=history.runs, freed=history.freed)
    whole = round(each)
    return ngettext("以前每个班一般会空出 {number} 个座位。", "以前每个班一般会空出 {number} 个座位。", whole).format(
        number=whole
    )
