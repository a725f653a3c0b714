"""Links that show certificates to others: made with a scope and an end, ended with one press."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import EVERYBODY, RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.views import whose
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

DAYS = (7, 30, 90)


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: HttpRequest) -> HttpResponse:
    """Choose certificates, what they show and for how long; see the links that still open."""
    who, now = whose(request), clock.now()
    link = ""
    if request.method == "POST":
        days = request.POST.get("days", "")
        token = credit_bank.share_certificates(
            actor=actor_of(request),
            person_id=who.person.id,
            certificate_uuids=_uuids(request.POST.getlist("certificate")),
            scope=request.POST.get("scope", ""),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0,
            now=now,
        )
        link = request.build_absolute_uri(reverse("shared_certificates", args=[token]))
    book = credit_bank.passport_of(actor=who.actor, person_id=who.person.id, now=now)
    return render(
        request,
        "mine/shares.html",
        {
            "here": "mine",
            "who": who,
            "link": link,
            "days": DAYS,
            "certificates": [each for each in book.certificates if each.revoked_at is None],
            "shares": credit_bank.access_shares(actor=who.actor, person_id=who.person.id, now=now),
        },
    )


@open_to(RESIDENT)
@require_POST
def end(request: HttpRequest, share_uuid: UUID) -> HttpResponse:
    """End a link now."""
    credit_bank.end_share(actor=actor_of(request), share_uuid=share_uuid, now=clock.now())
    messages.success(request, _("链接已停用，别人打不开了。"))
    return redirect(reverse("mine_shares") + whose(request).query)


@open_to(EVERYBODY)
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link shows. Nothing is written about who looks."""
    found = credit_bank.shared_certificates(token=token, now=clock.now())
    response = render(request, "mine/shared.html", {"found": found})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:100]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
