"""The gate of every page: to whom it is open, and who is asking.

    @open_to(EVERYBODY)            anybody
    @open_to(RESIDENT)             anybody who has signed in
    @open_to(STAFF(CENTRE_CLERK))  staff with one of the roles, after the second factor

A view without `open_to` is open to nobody (`GateMiddleware.process_view`), and the permission test walks the table of
URLs. The gate asks for a role only; whether this clerk may touch that centre is asked by the action, which knows both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from xueqiao.domains.people.api import STAFF_ROLES, actor_of_account, has_staff_duty
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

FACTOR_KEY = "factor_passed"  # in the session, once the second factor was shown
ACTING_KEY = "acting_for"  # in the session: the person a family member or clerk has chosen, for the banner


@dataclass(frozen=True)
class Audience:
    """Who may open a page. roles: for kind "staff", one of them is needed."""

    kind: str
    roles: tuple[str, ...] = ()


EVERYBODY = Audience("everybody")
RESIDENT = Audience("resident")


def STAFF(*roles: str) -> Audience:
    """Staff holding one of `roles`; any role when none is named."""
    unknown = set(roles) - set(STAFF_ROLES)
    if unknown:
        raise ValueError(f"no such staff role: {sorted(unknown)}")
    return Audience("staff", roles or STAFF_ROLES)


View = Callable[..., HttpResponse]


def open_to(audience: Audience) -> Callable[[View], View]:
    """Open a view to an audience. Others are sent to sign in (visitors), to the second factor (staff), or refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            turned_away = _turn_away(request, audience)
            return turned_away if turned_away is not None else view(request, *args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        return guarded

    return decorate


def _turn_away(request: HttpRequest, audience: Audience) -> HttpResponse | None:
    if audience.kind == "everybody":
        return None
    actor = actor_of(request)
    if actor.person_id is None:
        return to_sign_in(request)
    if audience.kind == "staff" and not actor.has_role(*audience.roles):
        if not has_factor(request) and has_staff_duty(request.user, now=clock.now()):  # type: ignore[arg-type]
            return HttpResponseRedirect(f"{reverse('signin_factor')}?{urlencode({'next': request.get_full_path()})}")
        raise NotAllowed
    return None


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking: built once per request from the session's account (two queries), a visitor without one."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            known = Actor.visitor()
        else:
            known = actor_of_account(user, now=clock.now(), channel="web", factor_passed=has_factor(request))
        request._actor = known  # type: ignore[attr-defined]
    return known


@dataclass(frozen=True)
class ActedFor:
    """The person a family member has chosen to act for in this session: for the banner and as the first choice."""

    person_id: int
    name: str


def acting_for(request: HttpRequest) -> ActedFor | None:
    """Whom this session acts for, as long as the authority holds. Only a choice: actions ask for the authority."""
    chosen = request.session.get(ACTING_KEY)
    if not chosen or chosen["person_id"] not in actor_of(request).scope.person_ids:
        return None
    return ActedFor(chosen["person_id"], chosen["name"])


def has_factor(request: HttpRequest) -> bool:
    """True once this session has shown the second factor."""
    return bool(request.session.get(FACTOR_KEY))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in page and back here afterwards; a form comes back to the page it was sent from."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else safe_next(request, _came_from(request))
    target = f"{reverse('signin_phone')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _came_from(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, request.get_host()):
        return "/"
    return urlsplit(referer).path or "/"


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The `next` address of a form or query when it stays on this site, else `default`. Stops open redirects."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None) and not wanted.startswith("/\\"):
        return wanted
    return default


def is_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part of a page rather than a whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
