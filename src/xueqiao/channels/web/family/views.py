"""The people I act for and those who act for me: add, confirm, consent, cap, end; and whom I act for right now."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import ACTING_KEY, RESIDENT, actor_of, open_to, safe_next
from xueqiao.channels.web.signin.homes import home_choices
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

ASKED_KEY = "family_asked"  # in the session: links asked for here, shown alike whether or not the person exists
ASKED_MAX = 5


def relations() -> list[tuple[str, str]]:
    """What I can be to the person, in words."""
    return [
        ("child", _("我是子女")),
        ("spouse", _("我是配偶")),
        ("parent", _("我是父母")),
        ("guardian", _("我是监护人")),
        ("other", _("其他亲友")),
    ]


_RELATION_WORDS = {
    "child": gettext_lazy("父母"),
    "spouse": gettext_lazy("配偶"),
    "parent": gettext_lazy("孩子"),
    "guardian": gettext_lazy("被监护人"),
    "other": gettext_lazy("亲友"),
}


@open_to(RESIDENT)
@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    """Everybody I act for, everybody who acts for me."""
    now, actor = clock.now(), actor_of(request)
    me = people.access_person(actor, actor.person_id or 0)
    today = clock.local_date(now)
    members = [
        {
            "member": member,
            "word": _RELATION_WORDS[member.relation],
            "age": people.age_on(member.person.birth_date, today),
            "needs_guardian": people.needs_guardian(member.person.birth_date, today),
            "cap_yuan": None if member.spending_cap_fen is None else member.spending_cap_fen // 100,
            "is_acted_for": request.session.get(ACTING_KEY, {}).get("person_id") == member.person.id,
        }
        for member in people.family_of(actor, now=now)
    ]
    context = {
        "me": me,
        "my_name": people.mask_name(me.name),
        "members": members,
        "representatives": people.representatives_of(actor),
        "asked": _asked(request, now),
    }
    return render(request, "family/people.html", context)


def _asked(request: HttpRequest, now: datetime) -> list[dict[str, Any]]:
    """Links asked for in this session which still wait for their code."""
    asked = [a for a in request.session.get(ASKED_KEY, []) if a["until"] > now.timestamp()]
    return asked[-ASKED_MAX:]


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Ask to act for an adult relative (or one of 14 and older)."""
    typed = {key: request.POST.get(key, "")[:60] for key in ("name", "phone", "learner_code", "relation", "cap")}
    if request.method == "GET":
        return _add_page(request, typed)
    now = clock.now()
    try:
        asked = people.link_family(
            actor=actor_of(request),
            name=typed["name"],
            phone=typed["phone"],
            learner_code="" if typed["phone"].strip() else typed["learner_code"],
            relation=typed["relation"],
            spending_cap_fen=yuan_to_fen(typed["cap"]),
            now=now,
        )
    except Refused as refusal:
        return _add_page(request, typed, refusal)
    if asked.by_counter:
        messages.success(
            request, _("已经登记。请和这位家人一起，带双方身份证到就近的社区教育中心核对，核对后就能代办。")
        )
        return redirect("family_people")
    row = {
        "uuid": str(asked.link_uuid),
        "name": typed["name"].strip(),
        "phone_masked": asked.phone_masked,
        "phone": typed["phone"].strip(),
        "until": now.timestamp() + 1800,
    }
    request.session[ASKED_KEY] = [*_asked(request, now), row][-ASKED_MAX:]
    return redirect("family_confirm", link_uuid=asked.link_uuid)


def yuan_to_fen(text: str) -> int | None:
    """Read a cap typed in whole yuan; empty means no cap. Raises InvalidInput."""
    plain = text.strip()
    if not plain:
        return None
    if not plain.isascii() or not plain.isdigit() or len(plain) > 6:
        raise InvalidInput(what=_("花费上限请填整数元"))
    return int(plain) * 100


def _add_page(request: HttpRequest, typed: dict[str, str], refusal: Refused | None = None) -> HttpResponse:
    context = {"typed": typed, "refusal": refusal, "relations": relations()}
    return render(request, "family/add.html", context, status=refusal.status if refusal else 200)


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def child(request: HttpRequest) -> HttpResponse:
    """A parent or guardian writes down a child under 14 and consents; a counter then checks the papers."""
    keys = ("name", "year", "month", "day", "home_text", "region", "relation")
    typed = {key: request.POST.get(key, "")[:80] for key in keys}
    if request.method == "GET":
        return _child_page(request, typed)
    choices = home_choices(typed["home_text"])
    region = typed["region"] or (str(choices[0]["code"]) if len(choices) == 1 else "")
    if not region:
        return _child_page(request, typed, choices=choices, is_choosing=True)
    try:
        people.register_person(
            actor=actor_of(request),
            name=typed["name"],
            birth_date=f"{typed['year']:0>4}-{typed['month']:0>2}-{typed['day']:0>2}",
            region=region,
            relation=typed["relation"] or "parent",
            has_consented=bool(request.POST.get("consent")),
            now=clock.now(),
        )
    except Refused as refusal:
        return _child_page(request, typed, refusal=refusal, choices=choices)
    messages.success(request, _("孩子登记好了。请带户口簿到就近的社区教育中心核对，核对后就能报名。"))
    return redirect("family_people")


def _child_page(
    request: HttpRequest,
    typed: dict[str, str],
    *,
    refusal: Refused | None = None,
    choices: list[dict[str, object]] | None = None,
    is_choosing: bool = False,
) -> HttpResponse:
    context = {"typed": typed, "refusal": refusal, "choices": choices or [], "is_choosing": is_choosing}
    return render(
        request, "family/child.html", context, status=refusal.status if refusal else 422 if is_choosing else 200
    )


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """Type the code that the relative reads out from her phone."""
    now = clock.now()
    asked = next((a for a in _asked(request, now) if a["uuid"] == str(link_uuid)), None)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            people.confirm_family(
                actor=actor_of(request), link_uuid=link_uuid, code=request.POST.get("code", "")[:20] or "-", now=now
            )
        except Refused as caught:
            refusal = caught
        else:
            request.session[ASKED_KEY] = [a for a in _asked(request, now) if a["uuid"] != str(link_uuid)]
            messages.success(request, _("添加好了，现在可以替这位家人报名。"))
            return redirect("family_people")
    shown = _rehearsed(asked["phone"], now) if asked else []
    return render(
        request,
        "family/confirm.html",
        {"asked": asked, "refusal": refusal, "messages_shown": shown},
        status=refusal.status if refusal else 200,
    )


def _rehearsed(phone: str, now: datetime) -> list[people.ShownMessage]:
    """In a rehearsal the relative's phone is shown too; with a real gateway this is always empty."""
    return people.rehearsal_messages(people.parse_phone(phone), now=now)[:1]


@open_to(RESIDENT)
@require_POST
def act(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """Act for this person from now on; every page says so."""
    now, actor = clock.now(), actor_of(request)
    member = next((m for m in people.family_of(actor, now=now) if m.link_uuid == link_uuid), None)
    if member is None:
        raise people.MayNotActFor
    people.require_may_act_for(actor, member.person.id, now=now)
    request.session[ACTING_KEY] = {"person_id": member.person.id, "name": member.person.name}
    return redirect(safe_next(request, "/"))


@open_to(RESIDENT)
@require_POST
def be_self(request: HttpRequest) -> HttpResponse:
    """Act for nobody but myself again."""
    request.session.pop(ACTING_KEY, None)
    return redirect("family_people")


@open_to(RESIDENT)
@require_POST
def cap(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """Set how much may be spent in a term through this link."""
    amount = yuan_to_fen(request.POST.get("cap", "")[:20])
    people.set_spending_cap(actor=actor_of(request), link_uuid=link_uuid, amount_fen=amount, now=clock.now())
    messages.success(request, _("花费上限改好了。"))
    return redirect("family_people")


@open_to(RESIDENT)
@require_POST
def consent(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """Give or take back a guardian's consent."""
    actor, now = actor_of(request), clock.now()
    if request.POST.get("withdraw"):
        people.withdraw_guardian_consent(actor=actor, link_uuid=link_uuid, now=now)
        messages.success(request, _("同意已经撤回，从现在起不能再替孩子办理。"))
    else:
        has_consented = bool(request.POST.get("consent"))
        people.give_guardian_consent(actor=actor, link_uuid=link_uuid, has_consented=has_consented, now=now)
        messages.success(request, _("已经记下您的同意。"))
    return redirect("family_people")


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, link_uuid: UUID) -> HttpResponse:
    """Ask, then end the link; the authority is gone at once."""
    if request.method == "GET":
        return render(request, "family/end.html", {"link_uuid": link_uuid})
    people.end_family(actor=actor_of(request), link_uuid=link_uuid, now=clock.now())
    request.session.pop(ACTING_KEY, None)
    messages.success(request, _("代办关系已经解除，马上生效。"))
    return redirect("family_people")
