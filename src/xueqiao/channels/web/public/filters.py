"""The address of the find page, read and written: every filter is a link, so that nothing needs JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from xueqiao.channels.web.place import Place, place_named
from xueqiao.channels.web.templatetags.xueqiao import day_words
from xueqiao.domains.catalogue.api import CATEGORIES
from xueqiao.domains.classes.api import ClassFilter, ClassPage, ProgrammeView, find_programme
from xueqiao.foundation.region_code import CITY, COUNTY, PROVINCE, TOWNSHIP

WALK_MINUTES = 15
TEXT_MAX = 100
PAGE_MAX = 100
_DAYS = ("tonight", "tomorrow", "weekend")
_PARTS = ("daytime", "morning", "afternoon", "evening")
_REACH_WORDS = {TOWNSHIP: "township", COUNTY: "county", CITY: "city", PROVINCE: "province"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, the page, whether the picture is shown, and the place it is about."""

    filters: ClassFilter
    page: int
    shows_picture: bool
    place: Place | None
    programme: ProgrammeView | None = None


def read(query: QueryDict, place: Place | None) -> Asked:
    """Read an address. What makes no sense is left out: an old or broken link shows classes, not an error."""
    text = query.get("q", "").replace("\x00", "")[:TEXT_MAX].strip()
    chosen = place_named(str(query["region"])) if "region" in query else None
    area = chosen or (_widest_useful(place) if place else None)
    near = place.point if place else None
    programme = find_programme(str(query["programme"])) if query.get("programme") else None
    if programme is not None and chosen is None:
        area = None  # a programme has classes in a whole city: the reader's own county would hide most of them
    walk = query.get("walk") == str(WALK_MINUTES) and near is not None
    return Asked(
        filters=ClassFilter(
            text=text,
            region=area.code if area else None,
            near=near,
            day=_one_of(query.get("day"), _DAYS),
            on=_date(query.get("date")),
            part=_one_of(query.get("part"), _PARTS),
            category=_one_of(query.get("category"), CATEGORIES),
            free=query.get("free") == "1",
            elders=query.get("elders") == "1",
            lift=query.get("lift") == "1",
            seats=query.get("seats") != "0",
            walk_minutes_max=WALK_MINUTES if walk else None,
            programme_id=programme.id if programme else None,
            sort="near" if query.get("sort") == "near" and near is not None else "",
        ),
        page=_page(query.get("page")),
        shows_picture=query.get("view") == "map",
        place=area,
        programme=programme,
    )


def _widest_useful(place: Place) -> Place:
    """A village or township is searched with its county: the list is near enough and rarely empty."""
    return place if place.unit.level <= COUNTY else (place_named(place.county) or place)


def _one_of(value: str | None, choices: tuple[str, ...]) -> str:
    return value if value in choices else ""


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _page(text: str | None) -> int:
    return min(int(text), PAGE_MAX) if text and text.isascii() and text.isdigit() and len(text) < 5 else 1


def written(query: Mapping[str, str], **changes: str | None) -> str:
    """The address with some choices changed (None takes one away); the page number starts again."""
    kept = {name: value for name, value in query.items() if value and name not in ("page", "mode", "contrast")}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return "/find/" + (f"?{urlencode(kept)}" if kept else "")


def chips(query: Mapping[str, str], asked: Asked, found: ClassPage) -> dict[str, list[dict[str, Any]]]:
    """The rows of chips with their counts: what one press would show, all other filters as they are."""
    counts = {(each.facet, each.value): each.count for each in found.facets}
    on = asked.filters

    def chip(text: str, facet: str, value: str, name: str, is_on: bool) -> dict[str, Any]:
        number = counts.get((facet, value), 0)
        href = written(query, **{name: None if is_on else value})
        return {"text": text, "href": href, "on": is_on, "count": number, "empty": not number and not is_on}

    when = [
        chip(_("今晚"), "day", "tonight", "day", on.day == "tonight"),
        chip(_("明天"), "day", "tomorrow", "day", on.day == "tomorrow"),
        chip(_("周末"), "day", "weekend", "day", on.day == "weekend"),
        chip(_("白天"), "part", "daytime", "part", on.part == "daytime"),
        chip(_("晚上"), "part", "evening", "part", on.part == "evening"),
    ]
    which = [chip(_("免费"), "free", "1", "free", on.free)]
    if on.near is not None:
        which.append(
            chip(_("走路 15 分钟"), "walk", "1", "walk", bool(on.walk_minutes_max))
            | {"href": written(query, walk=None if on.walk_minutes_max else str(WALK_MINUTES))}
        )
    which += [
        chip(_("有电梯"), "lift", "1", "lift", on.lift),
        chip(_("适合长辈"), "elders", "1", "elders", on.elders),
        chip(_("还有座位"), "seats", "1", "seats", on.seats)
        | {"href": written(query, seats="0" if on.seats else None)},
    ]
    what = [chip(_(name), "category", name, "category", on.category == name) for name in CATEGORIES]
    return {"when": when, "which": which, "what": what}


def reach(query: Mapping[str, str], asked: Asked, place: Place | None) -> list[dict[str, Any]]:
    """How far to look, from the reader's township up to the province, as links."""
    start = place or asked.place
    if start is None:
        return []
    choices = []
    for unit in reversed(start.unit.lineage):
        if unit.level not in _REACH_WORDS:
            continue
        named = place_named(unit)
        if named is None:
            continue
        is_on = asked.place is not None and asked.place.code == named.code
        choices.append({"text": named.name, "href": written(query, region=unit.short), "on": is_on})
    return choices


def active(query: Mapping[str, str], asked: Asked) -> list[dict[str, str]]:
    """The filters that are on, in words, each with the address that takes it away."""
    on = asked.filters
    words = {
        "day": {"tonight": _("今晚"), "tomorrow": _("明天"), "weekend": _("周末")}.get(on.day, ""),
        "date": day_words(on.on) if on.on else "",
        "part": {
            "daytime": _("白天"),
            "evening": _("晚上"),
            "morning": _("上午"),
            "afternoon": _("下午"),
        }.get(on.part, ""),
        "category": _(on.category),
        "free": _("免费") if on.free else "",
        "walk": _("走路 15 分钟") if on.walk_minutes_max else "",
        "lift": _("有电梯") if on.lift else "",
        "elders": _("适合长辈") if on.elders else "",
        "programme": asked.programme.name if asked.programme else "",
    }
    return [{"text": text, "href": written(query, **{name: None})} for name, text in words.items() if text]
