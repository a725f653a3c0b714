"""Verify a certificate without signing in. Answers: valid, suspended, superseded, revoked, unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

NAME_LENGTH_MAX = 60
HEADS_SHOWN = 20
SCRIPT = Path(__file__).parent / "offline_check.js"


def revoke_words() -> dict[str, str]:
    """Classes of reason in words."""
    return {
        "record_error": _("学习记录有误"),
        "identity_error": _("姓名或身份有误"),
        "fraud": _("弄虚作假"),
        "key_stolen": _("签发密钥失窃"),
    }


def offline_words() -> dict[str, Any]:
    """What the offline page says."""
    return {
        "head": {
            "valid": _("有效"),
            "revoked": _("已撤销"),
            "suspended": _("已暂停"),
            "foreign": _("不是本地签发的"),
            "stolen": _("要上网再核"),
            "old": _("要上网再核"),
            "invalid": _("无效"),
        },
        "more": {
            "valid": _("签名有效，内容没有改动。存下名单以后才撤销的，这里看不出来。"),
            "revoked": _("签名是真的，但证书已经撤销，不能再用。"),
            "suspended": _("签名是真的，但证书正在核查，查清之前请不要采用。"),
            "foreign": _("签名完好，但签发的密钥不在名单里，不能当作本地证书。"),
            "stolen": _("签发的密钥失窃过，这里证明不了是失窃之前签的。请到查证书页面输入编号。"),
            "old": _("这是早期的证书，这一页核不了。请到查证书页面输入编号。"),
            "invalid": _("签名对不上：不是原件，或者改动过。"),
        },
        "facts": {
            "name": _("姓名"),
            "title": _("课程"),
            "place": _("办学单位"),
            "hours": _("学时"),
            "credits": _("社区教育学分"),
            "day": _("签发日期"),
            "code": _("证书编号"),
        },
        "no_camera": _("这个浏览器不会读二维码。请用手机扫一扫，把扫出来的字粘贴到下面。"),
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
def offline(request: HttpRequest) -> HttpResponse:
    """A page to save and carry: it checks certificates without any network, with the keys and lists of this moment."""
    now = clock.now()
    known = json.loads(credit_bank.published_keys(now=now)) | {"lists": credit_bank.published_lists()}
    context = {
        "known": {name: known[name] for name in ("made_at", "keys", "lists")},
        "words": offline_words(),
        "owner": settings.SITE_OWNER or _("学桥终身学习平台"),
        "moment": f"{clock.local(now):%Y-%m-%d %H:%M}",
        "script": mark_safe(SCRIPT.read_text(encoding="utf-8")),  # noqa: S308 - a file of this package
    }
    response = render(request, "verify/offline.html", context)
    response["Content-Disposition"] = 'attachment; filename="xueqiao-offline-check.html"'
    return response


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
