"""Pages that need no account: home, find, courses, classes, and the choice of place and look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xueqiao.channels.web import modes
from xueqiao.channels.web.enrol.words import payer_words
from xueqiao.channels.web.gate import EVERYBODY, actor_of, open_to, safe_next
from xueqiao.channels.web.place import Place, place_named, place_of, remember_place
from xueqiao.channels.web.public import filters
from xueqiao.channels.web.public.class_words import credit_words, refund_words, values_in_force, when_words
from xueqiao.channels.web.public.picture import picture_of
from xueqiao.channels.web.rounds.words import quotas, sentences, state_of
from xueqiao.domains.catalogue.api import (
    CATEGORIES,
    CourseHit,
    courses_by_category,
    find_courses,
    get_course,
    get_unit,
    units_of,
)
from xueqiao.domains.classes.api import (
    ClassCard,
    ClassDetail,
    ClassFilter,
    UnknownClass,
    assistants_of_run,
    classes_nearby,
    find_classes,
    get_class,
    programme_of_run,
    venue_dots,
)
from xueqiao.domains.enrolment.api import (
    LineEnd,
    RoundView,
    find_draw_of_run,
    find_round_of_run,
    host_of_class,
    line_end,
    places_held_by,
    room_phase_of,
    seats_of,
    waiting_of,
)
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people.api import move_home, set_mode
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import COUNTY, TOWNSHIP
from xueqiao.foundation.regions.api import children_of, search_units

HOME_CARDS = 6
LAST_UNIT_COOKIE = "last_unit"  # CODE:NUMBER of the unit opened last, so that a guest can go on where she stopped
PROVINCE_CODE = 320000000000
# Who answers for a provider, said in words on every class page (night-school fraud: say who is behind it).
PROVIDERS = {
    "open_university": gettext_lazy("开放大学办学体系"),
    "county_college": gettext_lazy("县（市、区）社区学院"),
    "township_centre": gettext_lazy("乡镇（街道）社区教育中心"),
    "village_school": gettext_lazy("村（社区）居民学校"),
    "venue_owner": gettext_lazy("合作场地"),
    "vocational_school": gettext_lazy("职业院校"),
    "enterprise": gettext_lazy("企业"),
}


@require_GET
@open_to(EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    now, place = clock.now(), place_of(request)
    tonight, others = _tonight_near(place, now)
    return render(
        request,
        "public/home.html",
        {
            "now": now,
            "place": place,
            "cards": tonight,
            "others": others,
            "continue_url": _continue_url(request),
        },
    )


def _tonight_near(place: Place | None, now: datetime) -> tuple[list[ClassCard], list[ClassCard]]:
    """Tonight's nearest classes with seats, earliest first; else what comes next near by."""
    near = place.point if place else None
    area = place.county if place else None
    sort = "near" if near else ""
    tonight = classes_nearby(ClassFilter(region=area, near=near, day="tonight", sort=sort), now=now, limit=HOME_CARDS)
    if tonight:
        return sorted(tonight, key=lambda card: (card.starts_at or now, card.distance_metres or 0)), []
    return [], classes_nearby(ClassFilter(region=area, near=near), now=now, limit=3)


def _continue_url(request: HttpRequest) -> str:
    code, _colon, number = request.COOKIES.get(LAST_UNIT_COOKIE, "").partition(":")
    if code.isascii() and code.isalnum() and len(code) <= 16 and number.isascii() and number.isdigit():
        return f"/courses/{code}/units/{int(number[:4])}/"
    return "/courses/"


@require_GET
@open_to(EVERYBODY)
def find(request: HttpRequest) -> HttpResponse:
    now, place = clock.now(), place_of(request)
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    asked = filters.read(request.GET, place)
    found = find_classes(asked.filters, now=now, page=asked.page)
    picture = None
    if asked.shows_picture and asked.place is not None and asked.place.unit.level >= COUNTY:
        picture = picture_of(venue_dots(asked.place.county, now=now), asked.filters.near)
    return render(
        request,
        "public/find.html",
        {
            "now": now,
            "asked": asked,
            "place": place,
            "found": found,
            "chips": filters.chips(query, asked, found),
            "reach": filters.reach(query, asked, place),
            "active": filters.active(query, asked),
            "picture": picture,
            "shows_picture": asked.shows_picture,
            "can_show_picture": asked.place is not None and asked.place.unit.level >= COUNTY,
            "picture_url": filters.written(query, view=None if asked.shows_picture else "map"),
            "all_url": filters.written({}, q=asked.filters.text or None),
            "sort_near_url": filters.written(query, sort="near"),
            "sort_time_url": filters.written(query, sort=None),
            "text_free_url": filters.written(query, q=None),
            "kept": [(name, value) for name, value in query.items() if name not in ("q", "page", "mode", "contrast")],
            "courses": _home_courses(asked, found.corrected),
            "map_review_number": settings.MAP_REVIEW_NUMBER,
        },
    )


def _home_courses(asked: filters.Asked, corrected: str) -> list[CourseHit]:
    """What can be learned at home on the same subject, under the first page of classes."""
    text = corrected or asked.filters.text
    return find_courses(text, limit=3) if text and asked.page == 1 else []


@require_GET
@open_to(EVERYBODY)
def courses(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("category", "")
    category = chosen if chosen in CATEGORIES else ""
    rows = courses_by_category(category, page_size=200)
    chips = [{"text": _("全部"), "href": "/courses/", "on": not category}]
    chips += [{"text": _(name), "href": f"/courses/?category={name}", "on": category == name} for name in CATEGORIES]
    return render(request, "public/courses.html", {"courses": rows, "chips": chips, "category": category})


@require_GET
@open_to(EVERYBODY)
def course(request: HttpRequest, code: str) -> HttpResponse:
    now, place = clock.now(), place_of(request)
    shown = get_course(code)
    near = place.point if place else None
    cards = classes_nearby(
        ClassFilter(course_id=shown.id, near=near, seats=False, sort="near" if near else ""), now=now, limit=12
    )
    return render(
        request,
        "public/course.html",
        {"course": shown, "units": units_of(shown.code), "cards": cards, "place": place, "now": now},
    )


@require_GET
@open_to(EVERYBODY)
def unit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    shown = get_course(code)
    one = get_unit(shown.code, number)
    units = units_of(shown.code)
    after = next((each for each in units if each.number > one.number), None)
    response = render(request, "public/unit.html", {"course": shown, "unit": one, "units": units, "next_unit": after})
    response.set_cookie(
        LAST_UNIT_COOKIE,
        f"{shown.code}:{one.number}",
        max_age=180 * 24 * 3600,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return response


@require_GET
@open_to(EVERYBODY)
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    now, place = clock.now(), place_of(request)
    shown = get_class(code, now=now, near=place.point if place else None)
    actor = actor_of(request)
    if shown.state in ("draft", "awaiting") and not (actor.roles and actor.scope.has_region(shown.region)):
        raise UnknownClass(code=code[:20])
    values = values_in_force(shown)
    return render(
        request,
        "public/class.html",
        {
            "shown": shown,
            "card": shown.card,
            "now": now,
            "place": place,
            "when": when_words(shown),
            "credit": credit_words(shown, values),
            "refund": refund_words(shown, values),
            "action": _action(request, shown),
            **_round_of(shown, now),
            "host": host_of_class(shown.run_id),
            "programme": programme_of_run(shown.run_id),
            "assistants": [each.name for each, _count in assistants_of_run(shown.run_id)],
            "provider_words": PROVIDERS.get(shown.institution_kind, _("合作单位")),
            "class_hours": f"{shown.class_hours_hundredths / 100:g}",
            "payers": payer_words(_shares(shown, now)),
            "coming": [each for each in shown.sessions if each.state != "cancelled" and each.ends_at > now],
        },
    )


def _shares(shown: ClassDetail, now: datetime) -> tuple[payments.Share, ...]:
    """Who carries the class's price, before anybody's own concession."""
    if not shown.card.price_fen:
        return ()
    quote = payments.shares_at(
        price_fen=shown.card.price_fen,
        subsidy_fen=shown.card.subsidy_fen,
        region=shown.region,
        institution_id=shown.card.institution_id,
        on=clock.local_date(now),
    )
    return quote.shares


def _action(request: HttpRequest, shown: ClassDetail) -> dict[str, Any]:
    """The one action of the bar: what can be done with this class now, by this reader."""
    card = shown.card
    places = _live_places(request, shown)
    if places:
        held = [each for each in places if each.state == "held"]
        mine = any(each.person_id == actor_of(request).person_id for each in places)
        return {
            "state": "enrolled",
            "place": (held or places)[0],
            "is_held": bool(held),
            "words": _("您已报名") if mine else _("您的家人已报名"),
        }
    if shown.state == "cancelled":
        return {"state": "cancelled"}
    if shown.state != "published":
        return {"state": "draft"}
    line = None if card.seats_left else line_end(shown.run_id, now=clock.now())
    if card.admission != "first_come":
        return _full(request, shown, line) if line and line.is_open else {"state": "round"}
    if card.admission == "first_come" and card.enrolment in {"open", "full", "not_yet"}:
        phase = room_phase_of(shown.run_id, now=clock.now())
        if phase == "queue" and _is_taken(shown.run_id):
            line = line_end(shown.run_id, now=clock.now())
            if line.is_open:  # nobody can give a seat up any more but those who have one: the line, not a number
                return _full(request, shown, line)
        if phase != "none":
            return {"state": phase}
    if card.enrolment == "full" or (card.enrolment == "closed" and line and line.is_open):
        return _full(request, shown, line)
    return {"state": card.enrolment}


def _is_taken(run_id: int) -> bool:
    """True when every seat is taken for good: none free, none held."""
    seats = seats_of(run_id)
    return seats.left <= 0 and not seats.held


def _full(request: HttpRequest, shown: ClassDetail, line: LineEnd | None) -> dict[str, Any]:
    return {"state": "full", "waiting": _waiting(request, shown), "line": line}


def _round_of(shown: ClassDetail, now: datetime) -> dict[str, Any]:
    """The round that gives this class's seats away, None for first come, first served; and the code of its draw, which
    a class keeps when what was left goes to who comes first."""
    is_free = shown.card.admission == "first_come"
    words = None if is_free else _round_words(shown, find_round_of_run(shown.run_id, now=now), now)
    return {"round": words, "draw_code": find_draw_of_run(shown.run_id)}


def _round_words(shown: ClassDetail, found: RoundView | None, now: datetime) -> dict[str, Any]:
    if found is None:
        return {"state": "unplanned"}
    mine = next(each for each in found.runs if each.run_id == shown.run_id)
    return {
        "code": found.code,
        "shown": found,
        "state": "takes" if found.takes_wishes(now) else found.state,
        "is_early": found.state == "open" and now < found.wishes_open_at,
        "word": state_of(found, now)[0],
        "quotas": quotas(mine),
        "sentences": sentences(found),
    }


def _waiting(request: HttpRequest, shown: ClassDetail) -> Any:
    """The reader's place in the line of a full class, or None."""
    actor = actor_of(request)
    if actor.person_id is None:
        return None
    entries = waiting_of(actor=actor, person_ids=actor.scope.person_ids)
    return next((each for each in entries if each.run_id == shown.run_id and each.position), None)


def _live_places(request: HttpRequest, shown: ClassDetail) -> list[Any]:
    actor = actor_of(request)
    if actor.person_id is None:
        return []
    found = places_held_by(actor=actor, person_ids=actor.scope.person_ids, live_only=True)
    return [each for each in found if each.run_id == shown.run_id]


# -- place and look ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@open_to(EVERYBODY)
def place(request: HttpRequest) -> HttpResponse:
    """Choose where you are: search by name or walk down the levels. A POST keeps the choice."""
    if request.method == "POST":
        return _keep_place(request)
    text = request.GET.get("q", "").replace("\x00", "")[:30].strip()
    at = place_named(request.GET.get("in", "")) if request.GET.get("in") else None
    at = at or place_named(PROVINCE_CODE)
    hits = [(unit, place_named(unit.code)) for unit in search_units(text, limit=20)] if text else []
    lineage = [place_named(code) for code in at.unit.lineage] if at else []
    return render(
        request,
        "public/place.html",
        {
            "text": text,
            "hits": [(unit, named) for unit, named in hits if named],
            "at": at,
            "lineage": [each for each in lineage if each],
            "children": children_of(at.code) if at else [],
            "can_choose": at is not None and at.unit.level >= COUNTY,
            "can_be_home": at is not None and at.unit.level >= TOWNSHIP,
            "next": safe_next(request, "/"),
        },
    )


def _keep_place(request: HttpRequest) -> HttpResponse:
    chosen = place_named(request.POST.get("region", ""))
    if chosen is None:
        return HttpResponseRedirect("/place/")
    response = HttpResponseRedirect(safe_next(request, "/"))
    remember_place(request, response, chosen)
    actor = actor_of(request)
    if request.POST.get("is_home") == "1" and actor.person_id is not None and chosen.unit.level >= TOWNSHIP:
        move_home(actor=actor, person_id=actor.person_id, region=chosen.code, now=clock.now())
    return response


@require_POST
@open_to(EVERYBODY)
def mode(request: HttpRequest) -> HttpResponse:
    """Choose the look of the pages by a form; kept in a cookie, and in the profile of who has signed in."""
    wanted = request.POST.get("mode", "")
    response = HttpResponseRedirect(safe_next(request, "/"))
    if wanted in modes.CHOICES["mode"]:
        modes.remember(response, "mode", wanted, is_secure=request.is_secure())
        actor = actor_of(request)
        if actor.person_id is not None:
            set_mode(actor=actor, mode="" if wanted == "standard" else wanted, now=clock.now())
    return response
