"""Server time of the pages that residents open most, at province size (2,000,000 people, 30,000 classes).

Each request goes through Django's WSGI handler in this process, with the whole middleware of the site and the real
settings; the HTTP server and the network are left out. Right before or after it the same reader, with the same cookies,
asks two views for comparison: a bare view, which reads one row by its key and renders the site's empty base template,
and an empty answer ("ok": no query, no template), which shows what the middleware alone costs. The aim is for the bare
view; the empty answer is printed for information. Readers, places, words and classes differ from request to request,
as they do in a province. Nothing of ours is warm but the code and 30 requests.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import quote

from bench.harness import Result, bench, tail_result
from bench.province import kept_province

ROUNDS, WARM_UP = 300, 30
AIM = 8.0
READERS = 60
PROVINCE = 320000000000
COUNTY_CHOICES = ("", "?day=tonight", "?free=1", "?part=evening&elders=1", "?seats=0&lift=1", "?walk=15")
WIDE_CHOICES = ("", "&free=1&part=evening", "&day=weekend", "&category=" + quote("体育健身"))
WORDS = ("太极拳", "taijiquan", "tjq", "广场舞", "智能手机", "书法", "合唱", "太級拳", "摄影", "guangchangwu", "防诈骗")


@dataclass(frozen=True)
class Visit:
    """One request: where to, as whom."""

    path: str
    cookies: dict[str, str] = field(default_factory=dict)


@bench("pages")
def pages() -> Iterator[Result]:
    """Median and p99 of each page, and both as multiples of the bare view's."""
    with kept_province() as province:
        print(f"  province: {province.rows:,} rows loaded in {province.seconds:,} s")
        ask = _site()
        for name, visits in _visits().items():
            ours, bare, empty = _measure(ask, visits)
            yield tail_result(f"{name}, median", ours, "ms", limits=bare, percent=50)
            yield tail_result(f"{name}, p99", ours, "ms", limits=bare, percent=99, aim=AIM)
            yield tail_result(f"{name}, median, against an empty answer", ours, "ms", limits=empty, percent=50)
        _forget_readers()


def _measure(ask: Any, visits: list[Visit]) -> tuple[list[float], ...]:
    """Milliseconds of each page, of the bare view and of the empty answer, asked in turn."""
    coming = cycle(visits)

    def three() -> list[Visit]:
        visit = next(coming)
        return [visit, Visit("/-bare/", visit.cookies), Visit("/-empty/", visit.cookies)]

    for _ in range(WARM_UP):
        for visit in three():
            ask(visit)
    gc.collect()
    figures: tuple[list[float], ...] = ([], [], [])
    for turn in range(ROUNDS):
        asked = three()
        for step in range(3):
            position = (turn + step) % 3
            figures[position].append(ask(asked[position]))
    return figures


def _site() -> Any:
    """Milliseconds of one request, from the handler's first line to the end of the response."""
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.shortcuts import render
    from django.test import RequestFactory
    from django.urls import clear_url_caches, path

    from xueqiao.channels.web.gate import EVERYBODY, open_to
    from xueqiao.foundation.regions.models import RegionUnit
    from xueqiao.server import urls

    @open_to(EVERYBODY)
    def bare(request: HttpRequest) -> HttpResponse:
        return render(request, "base.html", {"unit": RegionUnit.objects.get(code=PROVINCE)})

    @open_to(EVERYBODY)
    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    urls.urlpatterns[:0] = [path("-bare/", bare), path("-empty/", empty)]
    clear_url_caches()
    handler = get_wsgi_application()
    factory = RequestFactory()

    def ask(visit: Visit) -> float:
        environ = factory.get(visit.path).environ
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in visit.cookies.items())
        status: list[str] = []
        start = time.perf_counter()
        response = handler(environ, lambda line, headers: status.append(line))
        body = b"".join(response)
        response.close()
        spent = (time.perf_counter() - start) * 1000
        if not status[0].startswith("200") or not body:
            raise RuntimeError(f"{visit.path} answered {status[0]}")
        return spent

    return ask


def _visits() -> dict[str, list[Visit]]:
    from django.conf import settings
    from django.db import connection

    random = Random(2026)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT region / 1000 * 1000 FROM classes_classlisting WHERE region % 1000000 <> 0 ORDER BY 1"
        )
        towns = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT code FROM classes_classrun WHERE state = 'published' ORDER BY id")
        codes = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT a.id FROM people_account a JOIN enrolment_place p ON p.person_id = a.person_id"
            " JOIN classes_classrun r ON r.id = p.run_id AND r.state = 'published'"
            " WHERE p.state = 'confirmed' GROUP BY a.id ORDER BY a.id LIMIT %s",
            [READERS * 5],
        )
        accounts = [row[0] for row in cursor.fetchall()]
    places = [{"place": str(town)} for town in random.sample(towns, min(300, len(towns)))]
    sessions = [{settings.SESSION_COOKIE_NAME: key} for key in _sign_in(random.sample(accounts, READERS))]
    turns = range(ROUNDS)
    city = [f"{place['place'][:4]}00000000" for place in places]
    return {
        "home /": [Visit("/", place) for place in places],
        "find /find/ of a county, with facets": [
            Visit(f"/find/{COUNTY_CHOICES[n % len(COUNTY_CHOICES)]}", places[n % len(places)]) for n in turns
        ],
        "find /find/ of a city or the province": [
            Visit(
                f"/find/?region={city[n % len(city)] if n % 4 else PROVINCE}{WIDE_CHOICES[n % len(WIDE_CHOICES)]}",
                places[n % len(places)],
            )
            for n in turns
        ],
        "find /find/?q=... of a county": [
            Visit(f"/find/?q={quote(WORDS[n % len(WORDS)])}", places[n % len(places)]) for n in turns
        ],
        "find /find/?q=... of the province": [
            Visit(f"/find/?region={PROVINCE}&q={quote(WORDS[n % len(WORDS)])}", places[n % len(places)]) for n in turns
        ],
        "class /classes/...": [
            Visit(f"/classes/{code}/", places[n % len(places)]) for n, code in enumerate(random.sample(codes, 300))
        ],
        "my learning /mine/": [Visit("/mine/", session) for session in sessions],
    }


def _sign_in(accounts: list[int]) -> list[str]:
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from xueqiao.channels.web.sessions import begin_session

    keys = []
    for account in accounts:
        request = HttpRequest()
        request.session = SessionStore()
        begin_session(request, account, is_staff=False, factor_passed=False)
        request.session.save()
        keys.append(str(request.session.session_key))
    return keys


def _forget_readers() -> None:
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
