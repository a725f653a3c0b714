"""Who keeps a programme: found one, let schools join and leave, put classes under its name."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.views import centre_of
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed, Refused
from xueqiao.foundation.regions import api as regions

KEEPERS = STAFF(people.CENTRE_CLERK, people.COUNTY_OFFICER, people.CITY_OFFICER, people.PROVINCE_OFFICER)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes of the clerk's centre or of the officer's range, and the form that founds one."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    own = _own_centre(actor)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            made = _open(request, actor, own)
        except Refused as refused:
            if refused.status >= 500:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("“{name}”建好了。接着加教学点和班。").format(name=made.name))
            return redirect("centre_programme", code=made.code)
    found = classes.programmes_of(own.id) if own else _in_range(actor, today)
    context = {
        "own": own,
        "rows": [{"programme": each, "figures": classes.programme_figures(each.id, now=now)} for each in found[:50]],
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "programmes/staff_list.html", context, status=status)


@open_to(KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: its sites with search for more, and the clerk's own classes to put under its name."""
    actor, now = actor_of(request), clock.now()
    shown = classes.get_programme(code)
    own = _own_centre(actor)
    sites = classes.sites_of(shown.id, now=now)
    keeps = actor.scope.has_region(shown.region)
    mine = next((each for each in sites if own and each.institution_id == own.id), None)
    if not keeps and mine is None:
        raise NotAllowed
    refusal, status = "", 200
    if request.method == "POST":
        try:
            messages.success(request, _do(request, actor, shown))
        except Refused as refused:
            if refused.status >= 500 or refused.status == NotAllowed.status:
                raise
            refusal, status = refused.message, refused.status
        else:
            return redirect("centre_programme", code=shown.code)
    text = request.GET.get("q", "")[:40]
    joined = {each.institution_id for each in sites}
    found = institutions.institutions_named(text, shown.region, on=clock.local_date(now)) if keeps and text else []
    context: dict[str, Any] = {
        "programme": shown,
        "where": regions.full_name(shown.region),
        "sites": sites,
        "keeps": keeps,
        "mine": mine,
        "own": own,
        "text": text,
        "found": [each for each in found if each.id not in joined],
        "to_add": classes.runs_to_add(own.id, now=now) if own and mine else [],
        "lines": classes.matrix_lines(shown.id, site_id=mine.id, now=now)[:60] if mine else [],
        "figures": classes.programme_figures(shown.id, now=now),
        "learners": enrolment.count_learners(classes.run_ids_of_programme(shown.id)),
        "refusal": refusal,
    }
    return render(request, "programmes/staff_programme.html", context, status=status)


def _own_centre(actor: Actor) -> institutions.InstitutionView | None:
    """The institution a clerk works for; None for officers."""
    if not actor.has_role(people.CENTRE_CLERK):
        return None
    return centre_of(actor, clock.local_date(clock.now()))


def _in_range(actor: Actor, today: Any) -> list[classes.ProgrammeView]:
    found = {each.id: each for duty in actor.duties for each in classes.programmes_in(duty.low, on=today)}
    return sorted(found.values(), key=lambda each: each.name)


def _open(request: HttpRequest, actor: Actor, own: institutions.InstitutionView | None) -> classes.ProgrammeView:
    typed = request.POST
    school = own or institutions.get_institution(typed.get("school", "").strip()[:24])
    return classes.open_programme(
        actor=actor,
        code=typed.get("code", ""),
        name=typed.get("name", ""),
        institution_id=school.id,
        summary=typed.get("summary", ""),
        source=typed.get("source", ""),
        now=clock.now(),
    )


def _do(request: HttpRequest, actor: Actor, shown: classes.ProgrammeView) -> str:
    """One deed of the page; returns what to say about it."""
    typed, now = request.POST, clock.now()
    step = typed.get("step", "")
    if step == "site":
        made = classes.add_programme_site(
            actor=actor,
            programme_code=shown.code,
            institution_code=typed.get("school", "")[:24],
            called=typed.get("called", ""),
            now=now,
        )
        return _("{name}加进来了。").format(name=made.institution_name)
    if step == "leave":
        classes.leave_programme(
            actor=actor, programme_code=shown.code, institution_code=typed.get("school", "")[:24], now=now
        )
        return _("已退出。以前办的班还算在这个品牌里。")
    if step == "take":
        classes.take_from_programme(actor=actor, class_code=typed.get("code", ""), now=now)
        return _("这个班移出来了，照常上课。")
    number = classes.add_to_programme(
        actor=actor, programme_code=shown.code, class_codes=typed.getlist("code")[:100], now=now
    )
    return ngettext("加了 {n} 个班。", "加了 {n} 个班。", number).format(n=number)
