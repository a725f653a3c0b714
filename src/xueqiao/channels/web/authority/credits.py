"""The officer's desk for recognised credit: ask that it be revoked, decide what was asked, restore what ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.authority.certificates import OFFICERS
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.steps import step_done
from xueqiao.channels.web.verify.views import revoke_words
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

REASONS = ("record_error", "identity_error", "fraud")


@open_to(OFFICERS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer; and of one learner, by number, all that was recognised and what ends."""
    actor = actor_of(request)
    typed = request.GET.get("code", "").strip()[:20]
    person = people.find_person_by_code(actor, typed) if typed else None
    if typed and person is None:
        messages.error(request, _("您的辖区里没有这个学员号。请核对编号。"))
    context = {
        "here": "authority",
        "typed": typed,
        "person": person,
        "asked": [
            {
                "view": each,
                "reason": revoke_words().get(each.reason, ""),
                "is_mine": each.asked_by_id == actor.person_id,
            }
            for each in credit_bank.access_recognition_revocations(actor=actor)
        ],
        "recognitions": credit_bank.access_recognitions_of(actor=actor, person_id=person.id) if person else (),
        "ending": credit_bank.access_expiries_of(actor=actor, person_id=person.id) if person else (),
        "reasons": [(each, revoke_words()[each]) for each in REASONS],
    }
    return render(request, "authority/credits.html", context)


@open_to(OFFICERS)
@require_POST
def ask(request: HttpRequest, recognition_uuid: UUID) -> HttpResponse:
    """Ask that recognised credit be revoked."""
    return step_done(
        request,
        lambda: credit_bank.ask_recognition_revocation(
            actor=actor_of(request),
            recognition_uuid=recognition_uuid,
            reason=request.POST.get("reason", ""),
            words=request.POST.get("words", ""),
            now=clock.now(),
        ),
        said=_("提出了，请另一位同事批准。"),
        then="authority_credits",
    )


@open_to(OFFICERS)
@require_POST
def decide(request: HttpRequest, revocation_uuid: UUID) -> HttpResponse:
    """The second officer revokes, or keeps."""
    is_revoked = request.POST.get("decision") == "revoke"
    deed = credit_bank.revoke_recognition if is_revoked else credit_bank.refuse_recognition_revocation
    return step_done(
        request,
        lambda: deed(actor=actor_of(request), revocation_uuid=revocation_uuid, now=clock.now()),
        said=_("撤销了，学分已退回出具单位。") if is_revoked else _("没有撤销，什么都没有改动。"),
        then="authority_credits",
    )


@open_to(OFFICERS)
@require_POST
def restore(request: HttpRequest, expiry_uuid: UUID) -> HttpResponse:
    """Give back credit that ended, or keep it from ending."""
    return step_done(
        request,
        lambda: credit_bank.restore_expired_credit(
            actor=actor_of(request), expiry_uuid=expiry_uuid, words=request.POST.get("words", ""), now=clock.now()
        ),
        said=_("恢复了，以后不再到期。"),
        then="authority_credits",
    )
