"""How a page looks for this reader: type size, contrast, language. One template set; only tokens change.

`?mode=standard|elder|xl`, `?contrast=normal|high` and `?lang=zh-hans|en` choose and are remembered in a cookie for a
year. Without a cookie the mode of the signed-in person's profile counts, when signing in has put it in the session as
`mode`. Refused values are ignored.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from xueqiao.channels.web.doors import staff_doors

CHOICES = {
    "mode": ("standard", "elder", "xl"),
    "contrast": ("normal", "high"),
    "lang": tuple(code for code, _ in settings.LANGUAGES),
}
DEFAULTS = {"mode": "standard", "contrast": "normal", "lang": settings.LANGUAGE_CODE}
COOKIE_SECONDS = 365 * 24 * 3600
# What people type when they look for the elder mode (rule E13).
ELDER_ALIASES = frozenset({"长辈版", "亲情版", "关爱版", "关怀版", "老年版", "长者版", "大字版"})


def remember(response: HttpResponse, name: str, value: str, *, is_secure: bool) -> None:
    """Keep one choice for a year. Raises ValueError for a value that is none of the choices."""
    if value not in CHOICES[name]:
        raise ValueError(f"{name} cannot be {value!r}")
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, samesite="Lax", secure=is_secure)


def _chosen(request: HttpRequest, name: str) -> str:
    profile = (
        request.session.get("mode") if name == "mode" and settings.SESSION_COOKIE_NAME in request.COOKIES else None
    )
    for value in (request.GET.get(name), request.COOKIES.get(name), profile):
        if value in CHOICES[name]:
            return str(value)
    return DEFAULTS[name]


class ModeMiddleware:
    """Sets request.mode, request.contrast and the language, and remembers a choice made in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/-/", settings.STATIC_URL)):
            return self.get_response(request)
        if request.GET.get("q", "").strip() in ELDER_ALIASES:
            return HttpResponseRedirect("/?mode=elder")
        request.mode = _chosen(request, "mode")  # type: ignore[attr-defined]
        request.contrast = _chosen(request, "contrast")  # type: ignore[attr-defined]
        language = _chosen(request, "lang")
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        for name, choices in CHOICES.items():
            value = request.GET.get(name)
            if value in choices and value != request.COOKIES.get(name):
                remember(response, name, str(value), is_secure=request.is_secure())
        return response


def look(request: HttpRequest) -> dict[str, Any]:
    """Template context: the look of the page, whose site it is, the tab of the bar (`here`), who is acted for."""
    path = request.path
    here = (
        "home"
        if path == "/"
        else "mine"
        if path.startswith("/mine/")
        else "me"
        if path.startswith(("/me/", "/family/", "/sign-in/"))
        else "find"
        if path.startswith(("/find/", "/courses/", "/classes/"))
        else ""
    )
    return {
        "mode": getattr(request, "mode", "standard"),
        "contrast": getattr(request, "contrast", "normal"),
        "html_lang": "en" if translation.get_language() == "en" else "zh-Hans",
        "is_demo": settings.DEMO,
        "site_owner": settings.SITE_OWNER,
        "site_host": request.get_host(),
        "help_phone": settings.HELP_PHONE,
        "here": here,
        "acting_for": getattr(request, "acting_for", None),
        "place_name": getattr(request, "place_name", ""),
        "staff_doors": staff_doors(request),
    }
