"""Three addresses of the VC-API (W3C Community Group draft), so that outside test suites can be run against us.

Only there when XUEQIAO_VC_API is 1, and never on a region that issues real certificates: whoever reaches them has
signed whatever he sends, with a key that nobody trusts.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

BODY_BYTES_MAX = 200_000


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > BODY_BYTES_MAX:
        return {}
    try:
        body = json.loads(request.body)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _options(body: dict[str, Any]) -> dict[str, Any]:
    options = body.get("options")
    return options if isinstance(options, dict) else {}


def _verdict(errors: list[str]) -> HttpResponse:
    return JsonResponse({"verified": not errors, "errors": errors}, status=400 if errors else 200)


@csrf_exempt
@open_to(EVERYBODY)
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Sign the credential of the body; options.cryptosuite chooses the suite."""
    body = _body(request)
    credential = body.get("credential")
    if not isinstance(credential, dict):
        return JsonResponse({"errors": ["credential"]}, status=400)
    try:
        signed = credit_bank.sign_for_suite(
            credential,
            suite=str(_options(body).get("cryptosuite", "eddsa-rdfc-2022")),
            server_secret=settings.SECRET_KEY,
            now=clock.now(),
        )
    except credit_bank.NotIssuable as reason:
        return JsonResponse({"errors": [str(reason)]}, status=400)
    return JsonResponse({"verifiableCredential": signed}, status=201)


@csrf_exempt
@open_to(EVERYBODY)
@require_POST
def verify_credential(request: HttpRequest) -> HttpResponse:
    """Check the credential of the body."""
    return _verdict(credit_bank.credential_errors(_body(request).get("verifiableCredential"), now=clock.now()))


@csrf_exempt
@open_to(EVERYBODY)
@require_POST
def verify_presentation(request: HttpRequest) -> HttpResponse:
    """Check the presentation of the body and every credential in it."""
    body = _body(request)
    options = _options(body)
    errors = credit_bank.presentation_errors(
        body.get("verifiablePresentation"),
        challenge=str(options.get("challenge", "")),
        domain=str(options.get("domain", "")),
        now=clock.now(),
    )
    return _verdict(errors)


urlpatterns = [
    path("credentials/issue", issue, name="vc_issue"),
    path("credentials/verify", verify_credential, name="vc_verify"),
    path("presentations/verify", verify_presentation, name="vc_verify_presentation"),
]
