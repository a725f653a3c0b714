"""The queue before Django's threads: what is turned away under too much load, and what never is."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from xueqiao.server import front as module
from xueqiao.server.front import LATER, SOON, SURE, WAITING_MAX, Front, Lanes, lane_of

CALLBACK, HELD, FORM, PAGE = "/pay/callback/wechat/", "/enrol/place/x/check/", "/enrol/A1/", "/find/"


class Django:
    """Stands for the site: says nothing until the gate opens, then remembers in which order it was asked."""

    def __init__(self):
        self.gate, self.is_busy, self.served = threading.Event(), threading.Event(), []

    def __call__(self, environ):
        self.is_busy.set()
        self.gate.wait(timeout=20)
        self.served.append(environ["PATH_INFO"])
        return 200, [], b"", None


class Protocol:
    """What granian hands to the front: remembers the answer."""

    status, headers, content = None, {}, b""

    async def __call__(self):
        return b""

    def response_bytes(self, status, headers, content):
        self.status, self.headers, self.content = status, dict(headers), content


def scope_of(path, method="GET"):
    return SimpleNamespace(
        path=path,
        method=method,
        headers={"content-length": "0"} if method == "POST" else {},
        query_string="",
        scheme="http",
        authority="localhost",
        server="127.0.0.1:80",
        client="127.0.0.1:9",
        http_version="1.1",
    )


def stampede(paths, *, held_back=0.0):
    """(answers, order) of a front with one thread that is asked for all paths at once while nothing moves."""
    django = Django()

    async def run():
        front = Front()
        front.lanes = Lanes(django, threads=1)
        front.lanes.start(asyncio.get_running_loop())
        protocols, asked = [Protocol() for _ in paths], []
        for path, protocol in zip(paths, protocols, strict=True):
            scope = scope_of(path, "POST" if path == CALLBACK else "GET")
            asked.append(asyncio.create_task(front.__rsgi__(scope, protocol)))
            while not django.is_busy.is_set():  # the thread has the first before the others come
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.05 + held_back)
        django.gate.set()
        await asyncio.wait_for(asyncio.gather(*asked), timeout=30)
        return protocols

    return asyncio.run(run()), django.served


CROWD = [PAGE] * (WAITING_MAX[LATER] + 50) + [FORM] * (WAITING_MAX[SOON] + 30) + [CALLBACK] * 400 + [HELD] * 100


def test_too_much_is_turned_away_in_words_and_with_a_time_and_payments_never_are(settings):
    answers, order = stampede(CROWD)
    turned_away = [(path, answer) for path, answer in zip(CROWD, answers, strict=True) if answer.status == 503]
    assert {path for path, _ in turned_away} == {PAGE, FORM}
    assert sum(path == PAGE for path, _ in turned_away) == 49  # the first is with the thread and in no queue
    assert sum(path == FORM for path, _ in turned_away) == 30
    for _, answer in turned_away:
        assert 5 <= int(answer.headers["retry-after"]) <= 15
        assert settings.HELP_PHONE in answer.content.decode()
        assert answer.headers["cache-control"] == "no-store"
    assert len({answer.headers["retry-after"] for _, answer in turned_away}) > 1, "they would all come back at once"
    # What matters most is answered first, whenever it came: one page was with the thread already.
    assert {lane_of(path) for path in order[1:501]} == {SURE}
    assert [lane_of(path) for path in order[1:]] == sorted(lane_of(path) for path in order[1:])


def test_who_has_waited_too_long_costs_no_more_work(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", {SOON: 0.2, LATER: 0.2})
    paths = [PAGE] * 5 + [FORM] * 5 + [CALLBACK] * 5
    answers, order = stampede(paths, held_back=0.4)
    assert [a.status for p, a in zip(paths, answers, strict=True) if p == CALLBACK] == [200] * 5
    assert order == [PAGE] + [CALLBACK] * 5
    assert [a.status for a in answers].count(503) == 9


def test_planted_bugs_in_the_lanes_are_seen(monkeypatch, mutants):
    with monkeypatch.context() as patch:
        patch.setattr(module, "_SURE", ("/-/",))  # payments stand in line with everything else
        answers, _ = stampede(CROWD)
    said = [a.status for p, a in zip(CROWD, answers, strict=True) if p == CALLBACK]
    mutants.tell("load shedding", "payment callbacks are shed", caught=503 in said)
    with monkeypatch.context() as patch:
        patch.setattr(module, "WAITING_MAX", {SOON: 10**6, LATER: 10**6})  # everybody may wait
        answers, _ = stampede(CROWD)
    mutants.tell("load shedding", "nobody is turned away", caught=503 not in {a.status for a in answers})
    with monkeypatch.context() as patch:
        patch.setattr(module, "lane_of", lambda _path: LATER)  # one queue for all
        answers, order = stampede([*[PAGE] * 20, *[CALLBACK] * 5])
    mutants.tell("load shedding", "callbacks wait behind pages", caught=order[1:6] != [CALLBACK] * 5)


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("/pay/callback/alipay/", SURE),
        ("/enrol/place/1/confirm/", SURE),
        ("/-/live", SURE),
        ("/api/v1/places", SURE),
        ("/rush/A1/", SOON),
        ("/find/", LATER),
        ("/", LATER),
    ],
)
def test_what_matters_how_much(path, lane):
    assert lane_of(path) == lane


def test_a_thread_survives_what_breaks_outside_the_site():
    def broken(environ):
        raise RuntimeError("outside Django")

    async def run():
        lanes = Lanes(broken, threads=1)
        lanes.start(asyncio.get_running_loop())
        first = lanes.ask(SURE, {})
        assert await asyncio.wait_for(first, 5) is None
        began = time.monotonic()
        assert await asyncio.wait_for(lanes.ask(SURE, {}), 5) is None
        assert time.monotonic() - began < 5

    asyncio.run(run())
