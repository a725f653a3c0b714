"""Verify a certificate without signing in. Answers: valid, suspended, superseded, revoked, unknown."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

NAME_LENGTH_MAX = 60
HEADS_SHOWN = 20


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


@open_to(EVERYBODY)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that sign certificates, and the heads that prove when: for whoever checks offline."""
    shown = {"active": _("在用"), "retired": _("已停用，签过的证书照常有效"), "stolen": _("失窃")}
    return render(
        request,
        "verify/keys.html",
        {
            "keys": [{"view": key, "state": shown[key.state]} for key in credit_bank.signing_keys()],
            "heads": credit_bank.time_heads(HEADS_SHOWN),
        },
    )


@open_to(EVERYBODY)
@require_safe
def keys_file(request: HttpRequest) -> HttpResponse:
    """Keys and heads as one file."""
    response = HttpResponse(credit_bank.published_keys(now=clock.now()), content_type="application/json")
    response["Cache-Control"] = "public, max-age=60"
    return response


@open_to(EVERYBODY)
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """That a certificate stood under a head of the time log: hashes only, nothing of the person."""
    found = credit_bank.time_receipt(code=code)
    if found is None:
        raise Http404
    response = JsonResponse(found.as_dict())
    response["X-Robots-Tag"] = "noindex"
    return response


@open_to(EVERYBODY)
@require_safe
def status_list(request: HttpRequest, number: int, purpose: str) -> HttpResponse:
    """The signed list of what is revoked or suspended. Half a minute in caches: a revocation is seen within one."""
    text = credit_bank.publish_status_list(
        number=number, purpose=purpose, site_address=request.build_absolute_uri("/"), now=clock.now()
    )
    response = HttpResponse(text, content_type="application/vc")
    response["Cache-Control"] = "public, max-age=30"
    response["Access-Control-Allow-Origin"] = "*"
    return response
