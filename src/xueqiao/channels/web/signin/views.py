"""Signing in with a phone code, the first visit, signing out, and the demo entrance."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from xueqiao.channels.effort import effort_for, is_paid, needs_effort, opens_at
from xueqiao.channels.web.gate import EVERYBODY, actor_of, open_to, safe_next
from xueqiao.channels.web.guards import address_mark, client_address
from xueqiao.channels.web.sessions import begin_session, end_session
from xueqiao.channels.web.signin.homes import home_choices
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

PENDING_KEY = "signin"  # in the session: the phone being proven, the ticket of a first visit, where to go afterwards


@open_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number; send the code as a message or as a call."""
    if request.method == "GET":
        if actor_of(request).person_id is not None:
            return redirect(safe_next(request, reverse("signin_me")))
        return _phone_page(request, typed="", next_url=safe_next(request, ""))
    now, address, mark = clock.now(), client_address(request), address_mark(request)
    typed, next_url = request.POST.get("phone", "")[:40], safe_next(request, "")
    proof = request.POST.get("proof") or request.POST.get("ticket", "")
    try:
        if needs_effort(address, now) and not is_paid(proof, mark, now):
            return _not_paid(request, typed, next_url, now)
        sent = people.request_sign_in_code(
            actor=actor_of(request),
            phone=typed,
            way="voice" if request.POST.get("way") == "voice" else "sms",
            address=address,
            proof=proof[:4096],
            now=now,
        )
    except Refused as refusal:
        return _phone_page(request, typed=typed, next_url=next_url, refusal=refusal)
    request.session[PENDING_KEY] = {
        "phone": sent.phone,
        "way": sent.way,
        "expires_at": sent.expires_at.isoformat(),
        "may_extend": sent.may_extend,
        "next": next_url,
    }
    return redirect("signin_code")


def _not_paid(request: HttpRequest, typed: str, next_url: str, now: datetime) -> HttpResponse:
    """Without scripts: keep the same ticket until its time has come, so that pressing early does not start it anew."""
    ticket = request.POST.get("ticket", "")
    opens = opens_at(ticket)
    return _phone_page(
        request,
        typed=typed,
        next_url=next_url,
        refusal=people.ProofMissing(),
        ticket=ticket if opens is not None and opens > now else "",
    )


def _phone_page(
    request: HttpRequest, *, typed: str, next_url: str, refusal: Refused | None = None, ticket: str = ""
) -> HttpResponse:
    effort = effort_for(client_address(request), address_mark(request), clock.now())
    opens = opens_at(ticket) if ticket else effort.opens_at
    context = {
        "typed": typed,
        "next_url": next_url,
        "refusal": refusal,
        "challenge": effort.challenge,
        "ticket": ticket or effort.ticket,
        "opens_at": f"{clock.local(opens):%H:%M:%S}" if opens else "",
    }
    return render(request, "signin/phone.html", context, status=refusal.status if refusal else 200)


@open_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the six digits."""
    pending = request.session.get(PENDING_KEY)
    if not pending:
        return redirect("signin_phone")
    if request.method == "GET":
        return _code_page(request, pending)
    try:
        signed_in = people.sign_in_with_code(
            actor=actor_of(request), phone=pending["phone"], code=request.POST.get("code", "")[:20], now=clock.now()
        )
    except Refused as refusal:
        return _code_page(request, pending, refusal)
    if signed_in.account_id is None:
        request.session[PENDING_KEY] = {"ticket": signed_in.ticket, "next": pending["next"]}
        return redirect("signin_profile")
    return _welcome(request, signed_in, pending["next"])


def _code_page(request: HttpRequest, pending: dict[str, str], refusal: Refused | None = None) -> HttpResponse:
    expires = datetime.fromisoformat(pending["expires_at"])
    now = clock.now()
    context = {
        "phone_masked": people.mask_phone(pending["phone"]),
        "way": pending["way"],
        "expires_at": f"{clock.local(expires):%H:%M}",
        "is_expired": now >= expires,
        "may_extend": pending["may_extend"] and now < expires,
        "refusal": refusal,
        "messages_shown": people.rehearsal_messages(pending["phone"], now=now),
        "next_url": pending["next"],
    }
    return render(request, "signin/code.html", context, status=refusal.status if refusal else 200)


@open_to(EVERYBODY)
@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Five more minutes, once."""
    pending = request.session.get(PENDING_KEY)
    if not pending or "phone" not in pending:
        return redirect("signin_phone")
    try:
        sent = people.extend_sign_in_code(actor=actor_of(request), phone=pending["phone"], now=clock.now())
    except Refused as refusal:
        return _code_page(request, pending, refusal)
    request.session[PENDING_KEY] = {**pending, "expires_at": sent.expires_at.isoformat(), "may_extend": False}
    return redirect("signin_code")


@open_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The first visit: name, birth date, home, consent; nothing else."""
    pending = request.session.get(PENDING_KEY)
    if not pending or "ticket" not in pending:
        return redirect("signin_phone")
    if request.method == "GET":
        return _profile_page(request, {})
    typed = {key: request.POST.get(key, "")[:80] for key in _PROFILE_FIELDS}
    choices = home_choices(typed["home_text"])
    region = typed["region"] or (str(choices[0]["code"]) if len(choices) == 1 else "")
    if not region:
        return _profile_page(request, typed, choices=choices, is_choosing=True)
    try:
        opened = people.open_account(
            actor=actor_of(request),
            ticket=pending["ticket"],
            name=typed["name"],
            birth_date=f"{typed['year']:0>4}-{typed['month']:0>2}-{typed['day']:0>2}",
            sex=typed["sex"],
            region=region,
            has_consented=bool(request.POST.get("consent")),
            guardian_phone=typed["guardian_phone"],
            now=clock.now(),
        )
    except Refused as refusal:
        return _profile_page(request, typed, refusal=refusal, choices=choices)
    return _welcome(request, opened, pending["next"])


_PROFILE_FIELDS = ("name", "year", "month", "day", "sex", "home_text", "region", "guardian_phone")


def _profile_page(
    request: HttpRequest,
    typed: dict[str, str],
    *,
    refusal: Refused | None = None,
    choices: list[dict[str, object]] | None = None,
    is_choosing: bool = False,
) -> HttpResponse:
    context = {
        "typed": typed,
        "refusal": refusal,
        "choices": choices or [],
        "is_choosing": is_choosing,
        "consent_version": people.CONSENT_TEXT_VERSION,
        "has_consented": bool(request.POST.get("consent")),
        "asks_guardian": (refusal is not None and refusal.code == "guardian_phone_missing")
        or typed.get("guardian_phone"),
    }
    return render(
        request, "signin/profile.html", context, status=refusal.status if refusal else 422 if is_choosing else 200
    )


def _welcome(request: HttpRequest, signed_in: people.SignedIn, next_url: str) -> HttpResponse:
    """Begin the session; staff go on to the second factor."""
    assert signed_in.account_id is not None
    request.session.pop(PENDING_KEY, None)
    begin_session(request, signed_in.account_id, is_staff=signed_in.is_staff, factor_passed=signed_in.factor_passed)
    person = people.access_person(actor_of(request), signed_in.person_id or 0)
    request.session["mode"] = person.mode or "standard"
    if signed_in.is_staff and not signed_in.factor_passed:
        return HttpResponseRedirect(f"{reverse('signin_factor')}?{urlencode({'next': next_url or '/'})}")
    return redirect(next_url or start_page(request))


def start_page(request: HttpRequest) -> str:
    """Where somebody lands who was on the way to nowhere in particular: staff at their work, residents at home."""
    roles = actor_of(request).roles
    if people.CENTRE_CLERK in roles:
        return "/centre/"
    if people.TEACHER in roles:
        return "/teacher/"
    if roles & {people.COUNTY_OFFICER, people.CITY_OFFICER, people.PROVINCE_OFFICER}:
        return "/authority/"
    return "/"


@open_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then sign this browser out."""
    if request.method == "POST":
        end_session(request)
        return redirect("/")
    return render(request, "signin/out.html")


@open_to(EVERYBODY)
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The demo entrance. Opening the link spends nothing (previews open links too); pressing the button does."""
    if request.method == "GET":
        return render(request, "signin/enter.html", {"token": token})
    signed_in = people.enter_by_link(actor=actor_of(request), token=token[:200], now=clock.now())
    if actor_of(request).person_id is not None:
        end_session(request)
    return _welcome(request, signed_in, safe_next(request, ""))
