"""The second factor of staff: an authenticator app (works without scripts) or a passkey."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import RESIDENT, actor_of, has_factor, open_to, safe_next
from xueqiao.channels.web.sessions import pass_factor
from xueqiao.channels.web.signin.views import start_page
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotAllowed, Refused

OFFER_KEY = "totp_offer"
PASSKEY_KEY = "passkey_state"


def _require_staff(request: HttpRequest) -> int:
    if not people.has_staff_duty(request.user, now=clock.now()):  # type: ignore[arg-type]
        raise NotAllowed
    return int(request.user.pk or 0)


def _done(request: HttpRequest) -> HttpResponse:
    pass_factor(request)
    return redirect(safe_next(request, "") if safe_next(request, "") not in {"", "/"} else start_page(request))


def _place(request: HttpRequest) -> tuple[str, str, bool]:
    """The host and origin passkeys are bound to, and whether they can work here (not on a bare IP address)."""
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    try:
        ipaddress.ip_address(host)
        return host, f"{request.scheme}://{request.get_host()}", False
    except ValueError:
        is_safe = request.is_secure() or host == "localhost"
        return host, f"{request.scheme}://{request.get_host()}", is_safe


@open_to(RESIDENT)
@require_http_methods(["GET"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show which second factors there are, or offer to set up the first one."""
    account_id = _require_staff(request)
    factors = people.second_factors_of(account_id)
    next_url = safe_next(request, "")
    kinds = {f.kind for f in factors}
    if not has_factor(request) and kinds == {"totp"}:
        return redirect(f"/staff/factor/totp/?{urlencode({'next': next_url})}")
    context = {
        "factors": factors,
        "kinds": kinds,
        "is_passed": has_factor(request),
        "next_url": next_url,
        "may_passkey": _place(request)[2],
    }
    return render(request, "signin/factor.html", context)


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Ask for the six digits of the authenticator app."""
    account_id = _require_staff(request)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            people.check_totp(
                actor=actor_of(request), account_id=account_id, code=request.POST.get("code", "")[:20], now=clock.now()
            )
        except Refused as caught:
            refusal = caught
        else:
            return _done(request)
    elif not any(f.kind == "totp" for f in people.second_factors_of(account_id)):
        return redirect("signin_factor")
    return render(
        request,
        "signin/totp.html",
        {"refusal": refusal, "next_url": safe_next(request, "")},
        status=refusal.status if refusal else 200,
    )


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def totp_new(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: QR code, then one code to prove that it works."""
    account_id = _require_staff(request)
    refusal: Refused | None = None
    offer = request.session.get(OFFER_KEY)
    if request.method == "POST" and offer:
        try:
            people.add_totp(
                actor=actor_of(request),
                account_id=account_id,
                sealed=offer["sealed"],
                code=request.POST.get("code", "")[:20],
                has_shown_factor=has_factor(request),
                now=clock.now(),
            )
        except Refused as caught:
            refusal = caught
        else:
            del request.session[OFFER_KEY]
            return _done(request)
    elif request.method == "GET" and not has_factor(request) and people.second_factors_of(account_id):
        return redirect("signin_factor")
    if not offer or request.method == "GET":
        made = people.offer_totp(account_id=account_id)
        offer = request.session[OFFER_KEY] = {"uri": made.uri, "secret": made.secret, "sealed": made.sealed}
    secret = offer["secret"]
    context = {
        "uri": offer["uri"],
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "refusal": refusal,
        "next_url": safe_next(request, ""),
    }
    return render(request, "signin/totp_new.html", context, status=refusal.status if refusal else 200)


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def passkey_new(request: HttpRequest) -> HttpResponse:
    """Make a passkey on this device. Needs scripts; the authenticator app is the way without."""
    account_id = _require_staff(request)
    host, origin, is_possible = _place(request)
    if not is_possible:
        return redirect("signin_factor")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            people.add_passkey(
                actor=actor_of(request),
                account_id=account_id,
                host=host,
                origin=origin,
                state=request.session.pop(PASSKEY_KEY, {}),
                answer=_answer(request),
                has_shown_factor=has_factor(request),
                now=clock.now(),
            )
        except Refused as caught:
            refusal = caught
        else:
            return _done(request)
    options, state = people.offer_passkey(account_id=account_id, host=host, origin=origin)
    request.session[PASSKEY_KEY] = state
    return _passkey_page(request, "create", options, refusal)


@open_to(RESIDENT)
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Show a passkey."""
    account_id = _require_staff(request)
    host, origin, is_possible = _place(request)
    if not is_possible or not any(f.kind == "passkey" for f in people.second_factors_of(account_id)):
        return redirect("signin_factor")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            people.check_passkey(
                actor=actor_of(request),
                account_id=account_id,
                host=host,
                origin=origin,
                state=request.session.pop(PASSKEY_KEY, {}),
                answer=_answer(request),
                now=clock.now(),
            )
        except Refused as caught:
            refusal = caught
        else:
            return _done(request)
    options, state = people.challenge_passkey(account_id=account_id, host=host, origin=origin)
    request.session[PASSKEY_KEY] = state
    return _passkey_page(request, "get", options, refusal)


def _answer(request: HttpRequest) -> dict[str, Any]:
    try:
        answer = json.loads(request.POST.get("answer", "")[:20_000])
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _passkey_page(request: HttpRequest, kind: str, options: dict[str, Any], refusal: Refused | None) -> HttpResponse:
    context = {
        "kind": kind,
        "options": json.dumps(options),
        "refusal": refusal,
        "next_url": safe_next(request, ""),
    }
    return render(request, "signin/passkey.html", context, status=refusal.status if refusal else 200)
