"""Verify a certificate without signing in. Three answers only: valid, revoked, unknown."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

NAME_LENGTH_MAX = 60


def revoke_words() -> dict[str, str]:
    """Classes of reason in words."""
    return {
        "record_error": _("学习记录有误"),
        "identity_error": _("姓名或身份有误"),
        "fraud": _("弄虚作假"),
        "key_stolen": _("签发密钥失窃"),
    }


@open_to(EVERYBODY)
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Type the code from the certificate."""
    typed = request.GET.get("code", "").strip()[:80]
    if typed:
        return HttpResponseRedirect(reverse("verify_code", args=[quote(typed.replace("/", " "), safe="") or "-"]))
    return render(request, "verify/ask.html", {})


@open_to(EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The answer for one code; a posted name is compared, so that it stands in no address and no log."""
    name = request.POST.get("name", "")[:NAME_LENGTH_MAX] if request.method == "POST" else ""
    verdict = credit_bank.verify_certificate(code=code, name=name, now=clock.now())
    response = render(
        request,
        "verify/answer.html",
        {"verdict": verdict, "reason": revoke_words().get(verdict.revoke_reason, "")},
        status=404 if verdict.state == "unknown" else 200,
    )
    response["X-Robots-Tag"] = "noindex"
    return response
