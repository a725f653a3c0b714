"""Where the reader is: the unit chosen on /place/, kept in a cookie for a year, else the signed-in person's home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.regions.api import Point, full_name, point_of

COOKIE = "place"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Place:
    """A chosen unit with its name as people say it. `point` is where walking starts; None above the township."""

    code: int
    name: str

    @property
    def unit(self) -> RegionCode:
        return RegionCode(self.code)

    @property
    def county(self) -> int:
        """The county it lies in; the unit itself when it is a county or above."""
        return int(self.unit.ancestor(min(COUNTY, self.unit.level)))

    @property
    def point(self) -> Point | None:
        return point_of(self.code) if self.unit.level > COUNTY else None


def place_of(request: HttpRequest) -> Place | None:
    """The reader's place, None when none was ever chosen. Names come from the process's memory: no query when warm."""
    if not hasattr(request, "_place"):
        request._place = _read(request)  # type: ignore[attr-defined]
    return request._place  # type: ignore[attr-defined,no-any-return]


def place_named(code: str | int) -> Place | None:
    """The valid unit of a code with its name, None for anything else."""
    try:
        unit = RegionCode.parse(code)
        return Place(int(unit), full_name(unit))
    except Refused:
        return None


def remember_place(request: HttpRequest, response: HttpResponse, place: Place) -> None:
    response.set_cookie(
        COOKIE, str(place.code), max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
    )


def _read(request: HttpRequest) -> Place | None:
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen:
        return place_named(chosen)
    user = getattr(request, "user", None)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and user is not None and user.is_authenticated:
        return place_named(user.person.region)
    return None


class PlaceMiddleware:
    """Puts the place's name on every page (`request.place_name`, read by modes.look). Pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/api/", "/-/", settings.STATIC_URL)):
            place = place_of(request)
            request.place_name = place.name if place else ""  # type: ignore[attr-defined]
        return self.get_response(request)
