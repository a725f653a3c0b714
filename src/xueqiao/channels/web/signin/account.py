"""My account: who I am here, where I live, how pages look, my programs' tokens, leaving all devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, has_factor, open_to
from xueqiao.channels.web.sessions import end_session
from xueqiao.channels.web.signin.homes import home_choices
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.regions import api as regions


def _context(request: HttpRequest) -> dict[str, Any]:
    now, actor = clock.now(), actor_of(request)
    person = people.access_person(actor, actor.person_id or 0)
    account_id = int(request.user.pk or 0)
    born = person.birth_date
    rows = [
        {"label": _("姓名"), "value": people.mask_name(person.name)},
        {"label": _("学号"), "value": f"{person.code[:3]} {person.code[3:6]} {person.code[6:]}".strip()},
        {"label": _("手机号"), "value": people.mask_phone(person.phone) if person.phone else _("没有留")},
        {
            "label": _("出生日期"),
            "value": _("%(year)s 年 %(month)s 月 %(day)s 日")
            % {"year": born.year, "month": born.month, "day": born.day},
        },
        {"label": _("居住地"), "value": regions.full_name(person.region), "change_url": "/me/home/"},
    ]
    return {
        "rows": rows,
        "tokens": people.tokens_of(account_id, now=now),
        "is_staff": people.has_staff_duty(request.user, now=now),  # type: ignore[arg-type]
        "is_passed": has_factor(request),
        "factors": people.second_factors_of(account_id),
    }


@open_to(RESIDENT)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The account page."""
    return render(request, "signin/me.html", _context(request))


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Say where I live from now on."""
    actor = actor_of(request)
    text, region = request.POST.get("home_text", "")[:80], request.POST.get("region", "")[:12]
    choices = home_choices(text) if request.method == "POST" else []
    refusal: Refused | None = None
    if request.method == "POST":
        wanted = region or (str(choices[0]["code"]) if len(choices) == 1 else "")
        if wanted:
            try:
                people.move_home(actor=actor, person_id=actor.person_id or 0, region=wanted, now=clock.now())
            except Refused as caught:
                refusal = caught
            else:
                messages.success(request, _("居住地改好了。"))
                return redirect("signin_me")
    context = {
        "home_text": text,
        "choices": choices,
        "refusal": refusal,
        "is_choosing": request.method == "POST" and refusal is None,
        "now_at": regions.full_name(people.access_person(actor, actor.person_id or 0).region),
    }
    return render(
        request, "signin/home.html", context, status=refusal.status if refusal else 422 if request.POST else 200
    )


@open_to(RESIDENT)
@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    """Make a bearer token and show it once."""
    made = people.make_token(
        actor=actor_of(request),
        label=request.POST.get("label", "")[:80],
        scopes=request.POST.getlist("scope")[:5],
        now=clock.now(),
    )
    return render(request, "signin/token.html", {"made": made, "until": clock.local(made.expires_at)})


@open_to(RESIDENT)
@require_POST
def withdraw(request: HttpRequest, token_uuid: UUID) -> HttpResponse:
    """Take a token back."""
    people.withdraw_token(actor=actor_of(request), token_uuid=token_uuid, now=clock.now())
    messages.success(request, _("令牌已经收回，用它的程序不能再进来。"))
    return redirect("signin_me")


@open_to(RESIDENT)
@require_POST
def leave_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, this browser included."""
    people.leave_all_devices(actor=actor_of(request), now=clock.now())
    end_session(request)
    return redirect("signin_phone")
