"""What a learner hands on: the statement of her account, a token, a proof of chosen claims, a new certificate."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.views import whose
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock


def claim_words(certificate: credit_bank.CertificateView) -> list[tuple[str, str]]:
    """Return what may be shown of a certificate, in words, the least telling first."""
    steps = [hours for hours in credit_bank.HOURS_STEPS if certificate.minutes >= hours * 60]
    return [
        *((f"hours_at_least_{hours}", _("不少于 {hours} 学时").format(hours=hours)) for hours in reversed(steps)),
        ("title", _("课程：{title}").format(title=certificate.title)),
        ("institution", _("办学单位：{name}").format(name=certificate.institution_name)),
        ("minutes", _("学时：{hours}").format(hours=certificate.hours_text)),
        ("completed_on", _("签发日期")),
        ("name", _("姓名：{name}").format(name=certificate.person_name)),
        ("code", _("证书编号：{code}").format(code=certificate.code)),
    ]


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Choose what to show; get a file that shows this and hides the rest."""
    who, actor = whose(request), actor_of(request)
    certificate = credit_bank.access_certificate(actor=who.actor, certificate_uuid=certificate_uuid)
    if request.method != "POST":
        words = claim_words(certificate)
        return render(
            request,
            "mine/prove.html",
            {"here": "mine", "who": who, "certificate": certificate, "claims": words, "first": words[0][0]},
        )
    text = credit_bank.prove_completion(
        actor=actor, certificate_uuid=certificate_uuid, shows=request.POST.getlist("show"), now=clock.now()
    )
    response = HttpResponse(text, content_type="application/dc+sd-jwt")
    response["Content-Disposition"] = 'attachment; filename="proof.txt"'
    return response


@open_to(RESIDENT)
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Every certificate in force, in one signed file."""
    who = whose(request)
    text = credit_bank.write_statement(actor=actor_of(request), person_id=who.person.id, now=clock.now())
    response = HttpResponse(text, content_type="application/vc")
    response["Content-Disposition"] = 'attachment; filename="statement.json"'
    return response


@open_to(RESIDENT)
@require_safe
def token(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The certificate for wallets that read tokens."""
    actor = whose(request).actor
    response = HttpResponse(
        credit_bank.credential_token(actor=actor, certificate_uuid=certificate_uuid), content_type="application/vc+jwt"
    )
    response["Content-Disposition"] = 'attachment; filename="certificate.jwt"'
    return response


@open_to(RESIDENT)
@require_POST
def reissue(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """Issue the certificate anew under the name the person has now."""
    made = credit_bank.reissue_certificate(actor=actor_of(request), certificate_uuid=certificate_uuid, now=clock.now())
    messages.success(request, _("已换发新证。旧证书的编号还能查到，会指向新证。"))
    return redirect(f"/mine/certificates/{made.uuid}/{whose(request).query}")
