"""The officer's desk for certificates: find one, suspend it, ask to revoke it, decide what a colleague asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.verify.views import revoke_words
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotFound

OFFICERS = STAFF("county_officer", "city_officer", "province_officer")
_CODE_LENGTH_MAX, _WORDS_LENGTH_MAX = 80, 200


@open_to(OFFICERS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer, what is suspended, and a field to find any other."""
    actor = actor_of(request)
    typed = request.GET.get("code", "").strip()[:_CODE_LENGTH_MAX]
    if typed:
        try:
            found, _changes = credit_bank.access_certificate_by_code(actor=actor, code=typed)
        except NotFound:
            messages.error(request, _("您的辖区里没有这个编号的证书。请核对编号。"))
        else:
            return redirect("authority_certificate", code=found.code)
    return render(
        request,
        "authority/certificates.html",
        {
            "here": "authority",
            "typed": typed,
            "asked": [_shown(change) for change in credit_bank.access_revocations_asked(actor=actor)],
            "suspended": credit_bank.access_suspended(actor=actor),
            "person_id": actor.person_id,
        },
    )


@open_to(OFFICERS)
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One certificate: its standing, what was done to it, and what may be done."""
    actor = actor_of(request)
    found, changes = credit_bank.access_certificate_by_code(actor=actor, code=code)
    shown = [_shown(change) for change in changes]
    return render(
        request,
        "authority/certificate.html",
        {
            "here": "authority",
            "certificate": found,
            "changes": shown,
            "open": next((change for change in shown if change["view"].state == "asked"), None),
            "reasons": revoke_words().items(),
            "why": revoke_words().get(found.revoke_reason, ""),
            "person_id": actor.person_id,
        },
    )


@open_to(OFFICERS)
@require_POST
def suspend(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Suspend at once."""
    made = credit_bank.suspend_certificate(
        actor=actor_of(request), certificate_uuid=certificate_uuid, now=clock.now(), **_reason(request)
    )
    messages.success(request, _("已暂停。别人现在核验，看到的是“已暂停”。"))
    return redirect("authority_certificate", code=made.code)


@open_to(OFFICERS)
@require_POST
def lift(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Give the certificate its standing back."""
    words = request.POST.get("words", "")[:_WORDS_LENGTH_MAX]
    made = credit_bank.lift_suspension(
        actor=actor_of(request), certificate_uuid=certificate_uuid, words=words, now=clock.now()
    )
    messages.success(request, _("已恢复。别人现在核验，看到的是“有效”。"))
    return redirect("authority_certificate", code=made.code)


@open_to(OFFICERS)
@require_POST
def ask(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Ask that it be revoked."""
    made = credit_bank.ask_revocation(
        actor=actor_of(request), certificate_uuid=certificate_uuid, now=clock.now(), **_reason(request)
    )
    messages.success(request, _("已提出撤销，等另一位同事批准。批准之前证书照常有效。"))
    return redirect("authority_certificate", code=made.certificate.code)


@open_to(OFFICERS)
@require_POST
def decide(request: HttpRequest, change_uuid: UUID) -> HttpResponse:
    """Revoke, or keep the certificate."""
    actor, now = actor_of(request), clock.now()
    if request.POST.get("decision") == "revoke":
        code = credit_bank.revoke_certificate(actor=actor, change_uuid=change_uuid, now=now).code
        messages.success(request, _("已撤销。别人现在核验，看到的是“已撤销”。"))
    else:
        code = credit_bank.refuse_revocation(actor=actor, change_uuid=change_uuid, now=now).certificate.code
        messages.info(request, _("没有撤销，证书照常有效。"))
    return redirect("authority_certificate", code=code)


def _reason(request: HttpRequest) -> dict[str, Any]:
    return {
        "reason": request.POST.get("reason", "")[:40],
        "words": request.POST.get("words", "")[:_WORDS_LENGTH_MAX],
    }


def _shown(change: credit_bank.StatusChangeView) -> dict[str, Any]:
    kinds = {"revoke": _("撤销"), "suspend": _("暂停"), "lift": _("恢复")}
    states = {"asked": _("等另一位同事批准"), "done": _("已办"), "refused": _("没有批准")}
    return {
        "view": change,
        "kind": kinds[change.kind],
        "state": states[change.state],
        "reason": revoke_words().get(change.reason, ""),
    }
