"""Programmes for everybody: the list, and one programme's matrix of sites, courses and times with the seats left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.channels.web.place import place_of
from xueqiao.domains.catalogue.api import CATEGORIES
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock
from xueqiao.foundation.regions import api as regions

PART_WORDS = {
    "daytime": gettext_lazy("平日白天"),
    "evening": gettext_lazy("平日晚上"),
    "weekend": gettext_lazy("周末"),
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LINES_ON_A_PAGE = 50
CHIPS_MAX = 24


@open_to(EVERYBODY)
@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme of the reader's city and province, with what it offers now."""
    now, place = clock.now(), place_of(request)
    found = classes.programmes_in(on=clock.local_date(now))
    near = {int(unit) for unit in place.unit.lineage} if place else set()
    ordered = sorted(found, key=lambda each: (each.region not in near, each.name))
    rows = [
        {
            "programme": each,
            "figures": classes.programme_figures(each.id, now=now),
            "where": regions.full_name(each.region),
        }
        for each in ordered[:40]
    ]
    return render(request, "programmes/list.html", {"rows": rows})


@open_to(EVERYBODY)
@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: what it is, counted figures, and the matrix by site or by course, narrowed by links."""
    now = clock.now()
    shown = classes.get_programme(code)
    sites = classes.sites_of(shown.id, now=now)
    query = _read(request, sites)
    site = next((each for each in sites if each.institution_code == query["site"]), None)
    lines = classes.matrix_lines(shown.id, site_id=site.id if site else None, category=query["category"], now=now)
    rows = classes.matrix(lines, [site] if site else sites, by=query["by"])
    if query["category"] or query["by"] == classes.BY_COURSE:
        rows = [row for row in rows if row.count]
    page, pages, page_count = _page(rows, query["page"])
    given = [each for each in CATEGORIES if any(line.category == each for line in lines) or each == query["category"]]
    context = {
        "programme": shown,
        "sites": sites,
        "site": site,
        "query": query,
        "parts": [(part, PART_WORDS[part]) for part in classes.PARTS_OF_WEEK],
        "rows": [_row(row, query["by"]) for row in pages],
        "page": page,
        "page_count": page_count,
        "by_chips": [
            _chip(_("按教学点看"), query, query["by"] == classes.BY_SITE, by=None),
            _chip(_("按课程看"), query, query["by"] == classes.BY_COURSE, by=classes.BY_COURSE),
        ],
        "category_chips": [_chip(_("全部"), query, not query["category"], category=None)]
        + [_chip(_(each), query, query["category"] == each, category=each) for each in given],
        "site_chips": _site_chips(sites, query),
        "figures": classes.programme_figures(shown.id, now=now),
        "learners": enrolment.count_learners(classes.run_ids_of_programme(shown.id)),
        "where": regions.full_name(shown.region),
        "is_over": shown.closed_on is not None and shown.closed_on <= clock.local_date(now),
    }
    return render(request, "programmes/programme.html", context)


def _read(request: HttpRequest, sites: Sequence[classes.SiteView]) -> dict[str, Any]:
    """The address; what makes no sense is left out."""
    asked = request.GET
    wanted = asked.get("site", "")
    number = asked.get("page", "")
    return {
        "by": classes.BY_COURSE if asked.get("by") == classes.BY_COURSE else classes.BY_SITE,
        "category": asked.get("category", "") if asked.get("category", "") in CATEGORIES else "",
        "site": wanted if any(each.institution_code == wanted for each in sites) else "",
        "page": int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1,
    }


def _chip(text: str, query: dict[str, Any], is_on: bool, **change: str | None) -> dict[str, Any]:
    kept = {"by": query["by"] if query["by"] != classes.BY_SITE else "", "category": query["category"]}
    kept |= {"site": query["site"]} | {name: value or "" for name, value in change.items()}
    address = urlencode({name: value for name, value in kept.items() if value})
    return {"text": text, "href": f"?{address}" if address else "?", "on": is_on}


def _site_chips(sites: Sequence[classes.SiteView], query: dict[str, Any]) -> list[dict[str, Any]]:
    """One chip per site while they are few; many are rows of the matrix anyway."""
    if not 1 < len(sites) <= CHIPS_MAX:
        return []
    chips = [_chip(_("全部"), query, not query["site"], site=None)]
    return chips + [
        _chip(each.name, query, query["site"] == each.institution_code, site=each.institution_code) for each in sites
    ]


def _page(rows: Sequence[classes.MatrixRow], wanted: int) -> tuple[int, list[classes.MatrixRow], int]:
    """Whole rows, about fifty classes a page: a phone loads it, and a site is never cut in two."""
    pages: list[list[classes.MatrixRow]] = [[]]
    filled = 0
    for row in rows:
        if pages[-1] and filled + max(1, row.count) > LINES_ON_A_PAGE:
            pages.append([])
            filled = 0
        pages[-1].append(row)
        filled += max(1, row.count)
    page = min(max(1, wanted), len(pages))
    return page, pages[page - 1], len(pages)


def _row(row: classes.MatrixRow, by: str) -> dict[str, Any]:
    return {
        "row": row,
        "cells": [(PART_WORDS[part], [_line(line, by) for line in row.cells[part]]) for part in classes.PARTS_OF_WEEK],
    }


def _line(line: classes.MatrixLine, by: str) -> dict[str, Any]:
    return {
        "line": line,
        "words": line.site_name if by == classes.BY_COURSE else line.title,
        "when": f"{_(WEEKDAYS[line.weekday - 1])} {clock.local(line.starts_at):%H:%M}",
        "seats": seat_words(line),
        "kind": "open" if line.enrolment == "open" and line.seats_left and not line.is_by_list else "",
    }


def seat_words(line: classes.MatrixLine) -> str:
    """What a reader can do with a class, in a few characters."""
    if line.enrolment == "closed":
        return _("报名已结束")
    if line.enrolment == "not_yet":
        return _("还没开始报名")
    if line.is_by_list:
        return _("凭名单报名")
    if line.admission != "first_come":
        return _("抽签")
    return _("已满，可候补") if line.enrolment == "full" else _("余 {n} 座").format(n=line.seats_left)
