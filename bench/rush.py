"""The rush: holds per second over HTTP, and what is left of them under overload. Loopback, bounded, on shared cores.

Limits measured in the same run: the same admission by bare SQL on bare tables at 1,000 a transaction; the same on the
product's own tables (their indexes and foreign keys); and a plain Django view with select_for_update.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from bench import stampede
from bench.harness import LOWER, Result, bench, in_turn, per_second, percentile, result

PEOPLE = int(os.environ.get("XUEQIAO_RUSH_PEOPLE", "12000"))
ROUNDS = int(os.environ.get("XUEQIAO_RUSH_ROUNDS", "3"))
WORKERS = os.environ.get("XUEQIAO_RUSH_WORKERS", "1")  # web processes
CLASSES, GROUP = 100, 1_000
SITE = ("xueqiao", "web", "--port", "{port}", "--workers", WORKERS)
SECRET = "bench-only-" + "x" * 50

PLAIN = (
    "granian",
    *("--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}", "--blocking-threads", "4", "--no-log"),
    "bench.plain_django:application",
)

BARE_TABLES = """
DROP TABLE IF EXISTS bench_place, bench_pool;
CREATE TABLE bench_pool (id bigint PRIMARY KEY, capacity int NOT NULL, held int NOT NULL, CHECK (held <= capacity));
CREATE TABLE bench_place (id bigserial PRIMARY KEY, run_id bigint NOT NULL, person_id bigint NOT NULL,
    request_key text NOT NULL, held_at timestamptz NOT NULL, UNIQUE (run_id, person_id));
INSERT INTO bench_pool SELECT n, 10000000, 0 FROM generate_series(1, 100) n;
"""
BARE_LOCK = "SELECT id FROM bench_pool WHERE id = ANY (%s::bigint[]) ORDER BY id FOR UPDATE"
BARE_ADMIT = """
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS given(run_id, person_id, turn)),
ranked AS (SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY turn) AS rank FROM asked),
placed AS (INSERT INTO bench_place (run_id, person_id, request_key, held_at)
           SELECT run_id, person_id, 'k', now() FROM ranked JOIN bench_pool p ON p.id = run_id
           WHERE rank <= p.capacity - p.held RETURNING run_id)
UPDATE bench_pool p SET held = held + won.n FROM (SELECT run_id, count(*) n FROM placed GROUP BY 1) won
WHERE p.id = won.run_id
"""


@dataclass
class World:
    """runs: the hot class first, then a hundred. people, sessions: in the same order."""

    runs: list[tuple[int, str]]
    people: list[int]
    sessions: list[str]
    port: int = 0
    turn: int = 0


def make_world() -> World:
    """A hot class and a hundred others, and people with sessions and turns in them."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from tests.worlds import small_county as county

    from xueqiao.channels.web.sessions import BACKEND
    from xueqiao.domains.people.models import Account, Person

    now = datetime.now(UTC)
    with transaction.atomic():
        small = county.small_county(now=now)
        day = now.date() + timedelta(days=1)
        hot, _, _ = county.add_run(small, capacity=30_000, first_day=day, hour=8)
        runs = [(hot.pk, hot.code)]
        for number in range(CLASSES):
            run, _, _ = county.add_run(small, capacity=2_000, first_day=day + timedelta(days=number % 7), hour=9)
            runs.append((run.pk, run.code))
        persons = Person.objects.bulk_create(
            Person(
                code=f"B{n:07d}",
                name=f"居民{n}",
                phone=None,
                birth_date=datetime(1970, 1, 1, tzinfo=UTC).date(),
                sex="f",
                region=county.HEDE_VILLAGE,
                is_demo=True,
                registered_at=now,
            )
            for n in range(PEOPLE)
        )
        accounts = Account.objects.bulk_create(
            Account(person=person, phone=f"199{n:08d}", opened_at=now) for n, person in enumerate(persons)
        )
        settings.SECRET_KEY = SECRET  # the server's, which signs sessions
        store = SessionStore()
        keys = [f"bench{n:027d}" for n in range(PEOPLE)]
        Session.objects.bulk_create(
            Session(
                session_key=key,
                session_data=store.encode(
                    {
                        SESSION_KEY: str(account.pk),
                        BACKEND_SESSION_KEY: BACKEND,
                        HASH_SESSION_KEY: account.get_session_auth_hash(),
                    }
                ),
                expire_date=now + timedelta(days=1),
            )
            for key, account in zip(keys, accounts, strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # as the database does by itself within a minute
    return World(runs, [person.pk for person in persons], keys)


def give_turns(world: World, runs: Sequence[tuple[int, str]]) -> list[bytes]:
    """Start over: no places, everybody's turn in one of the classes; return the submits, one per person."""
    from xueqiao.channels.rush.tickets import COOKIE, LIFE_SECONDS, Seal, Ticket

    world.turn += 1
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DELETE FROM enrolment_arrival")
        cursor.execute("DELETE FROM enrolment_place")
        cursor.execute("UPDATE enrolment_seatpool SET held = 0, taken = 0, kept = 0, waiting = 0")
        cursor.execute(
            "INSERT INTO enrolment_opening (run_id, region, made_at, seed, numbered_at, last_number)"
            " SELECT id, region, now(), '\\x00', now(), 1000000 FROM classes_classrun WHERE id = ANY (%s)"
            " ON CONFLICT (run_id) DO UPDATE SET ended_at = NULL",
            [[run_id for run_id, _ in runs]],
        )
        cursor.execute(
            "INSERT INTO enrolment_arrival (opening_id, person_id, state, channel, number, came_at, seen_at,"
            " changed_at, turn_until)"
            " SELECT run_id, person_id, 'called', 'web', turn, now(), now(), now(), now() + interval '1 hour'"
            " FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS given(run_id, person_id, turn)"
            " RETURNING id, person_id",
            [[runs[n % len(runs)][0] for n in range(PEOPLE)], world.people],
        )
        arrival_of = {person: arrival for arrival, person in cursor.fetchall()}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) enrolment_place, enrolment_arrival, enrolment_seatpool")
    seal, expires = Seal(SECRET), int(time.time()) + LIFE_SECONDS
    requests = []
    for n, (person, session) in enumerate(zip(world.people, world.sessions, strict=True)):
        run_id, code = runs[n % len(runs)]
        ticket = seal.write(Ticket(arrival_of[person], run_id, person, expires), session_key=session)
        requests.append(
            f"POST /rush/{code}/hold/ HTTP/1.1\r\nHost: 127.0.0.1:{world.port}\r\n"
            f"Origin: http://127.0.0.1:{world.port}\r\nCookie: xueqiao_session={session}; {COOKIE}={ticket}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nperson=me".encode()
        )
    time.sleep(5)  # the web process reads the rooms and turns
    return requests


@contextlib.contextmanager
def served(*command: str, path: str) -> Iterator[int]:
    """A server of ours on a free port of the loopback for the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE" or command[0] == "xueqiao"}
    environment |= {"XUEQIAO_SECRET_KEY": SECRET, "XUEQIAO_HTTPS": "0", "XUEQIAO_LOG_LEVEL": "ERROR"}
    environment["PYTHONPATH"] = os.pathsep.join([*sys.path, os.getcwd()])
    arguments = [word.format(port=port) for word in command]
    process = subprocess.Popen([sys.executable, "-m", *arguments], env=environment, start_new_session=True)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).read()
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                pass
            if process.poll() is not None:
                raise RuntimeError(f"{arguments} ended")
            time.sleep(0.1)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def require_durable() -> None:
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone() != ("on",):
                raise RuntimeError("this server does not make commits durable; a figure from it would be worth nothing")


def check_stored(found: stampede.Stampede) -> None:
    """Every acknowledged hold is stored, no pool is out of step."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM enrolment_place WHERE state = 'held'")
        (places,) = cursor.fetchone()
        cursor.execute("SELECT sum(held) FROM enrolment_seatpool")
        (held,) = cursor.fetchone()
    if places != held or places < found.good:
        raise RuntimeError(f"{found.good} acknowledged, {places} stored, {held} in the pools")


def holds_over_http(world: World, name: str, requests: Sequence[bytes], connections: int) -> stampede.Stampede:
    """Everybody presses once over HTTP; every acknowledged hold is looked up. Raises when too few were held."""
    found = stampede.run(world.port, requests, connections=connections, good=b"/enrol/place/", seconds_max=120)
    check_stored(found)
    if found.good < PEOPLE * 0.98:
        raise RuntimeError(f"{name}: {found.good} of {PEOPLE} held, {found.statuses}")
    return found


@bench("rush.holds")
def holds() -> Iterator[Result]:
    """Holds per second over HTTP, acknowledged after the commit; each person once."""
    require_durable()
    world = make_world()
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLES)
    latencies: dict[str, list[float]] = {}

    def over_http(name: str, runs: Sequence[tuple[int, str]], connections: int) -> float:
        found = holds_over_http(world, name, give_turns(world, runs), connections)
        latencies.setdefault(name, []).extend(found.latencies)
        return found.good_per_second

    def bare() -> float:
        def admit() -> None:
            with connection.cursor() as cursor:
                for start in range(0, 20_000, GROUP):
                    runs = [1 + n % CLASSES for n in range(GROUP)]
                    people = range(start, start + GROUP)
                    with transaction.atomic():
                        cursor.execute(BARE_LOCK, [_array(sorted(set(runs)))])
                        cursor.execute(BARE_ADMIT, [_array(runs), _array(people)])

        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE bench_place; UPDATE bench_pool SET held = 0")
        return per_second(20_000, admit)

    def plain() -> float:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE bench_place; UPDATE bench_pool SET held = 0")
        requests = (f"GET /hold/1/{n} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for n in range(1_500))
        return stampede.run(plain_port, requests, connections=256, good=b"200 OK").good_per_second

    with (
        served(*SITE, path="/-/live") as world.port,
        served(*PLAIN, path="/hold/0/0") as plain_port,
    ):
        over_http("warm", world.runs[:1], 64)
        hot, hundred, hot_256, limit, django_view = in_turn(
            ROUNDS,
            lambda: over_http("hot", world.runs[:1], 500),
            lambda: over_http("hundred", world.runs[1:], 500),
            lambda: over_http("hot256", world.runs[:1], 256),
            bare,
            plain,
        )
    yield result("rush holds, one class, 500 connections", hot, "holds/s", limits=limit, aim=0.25)
    yield result("rush holds, 100 classes, 500 connections", hundred, "holds/s", limits=limit, aim=0.25)
    yield result("rush holds, one class, against select_for_update", hot, "holds/s", limits=django_view, aim=20)
    yield result("rush holds, one class, 256 connections", hot_256, "holds/s", limits=limit)
    p99 = [percentile(latencies["hot256"], 99) * 1000]
    yield result("rush p99, one class, 256 connections", p99, "ms", aim=50, better=LOWER)


@bench("rush.goodput")
def goodput() -> Iterator[Result]:
    """What is left at 2, 5 and 10 times as many connections, and of pages at 2, 5 and 10 times the pace."""
    require_durable()
    world = make_world()
    with served(*SITE, path="/-/live") as world.port:

        def submits(times: int) -> float:
            requests = give_turns(world, world.runs[:1])
            found = stampede.run(world.port, requests, connections=256 * times, good=b"/enrol/place/", seconds_max=120)
            check_stored(found)
            return found.good_per_second

        submits(1)
        once, twice, five, ten, after = in_turn(
            ROUNDS, *(lambda times=times: submits(times) for times in (1, 2, 5, 10, 1))
        )
        for times, figures in ((2, twice), (5, five), (10, ten)):
            yield result(f"rush goodput, {times}x connections", figures, "holds/s", limits=once, aim=0.8)
        yield result("rush goodput, after the overload", after, "holds/s", limits=once, aim=0.8)
        yield from _pages(world)


def _pages(world: World) -> Iterator[Result]:
    """Class pages through Django: peak with patient readers, then readers who come at a pace of their own."""
    code = world.runs[1][1]
    page = f"GET /classes/{code}/ HTTP/1.1\r\nHost: 127.0.0.1:{world.port}\r\n\r\n".encode()

    def pages(rate: float | None, seconds: float, connections: int) -> float:
        forever = iter(lambda: page, None)
        found = stampede.run(
            world.port, forever, connections=connections, good=b"200 OK", per_second=rate, seconds_max=seconds
        )
        in_time = sum(latency < 10 for latency in found.latencies)
        return in_time / found.seconds

    pages(None, 2, 8)
    pace = pages(None, 4, 16)
    peak, twice, five, ten, after = in_turn(
        ROUNDS,
        lambda: pages(None, 4, 16),
        lambda: pages(pace * 2, 6, 400),
        lambda: pages(pace * 5, 6, 400),
        lambda: pages(pace * 10, 6, 400),
        lambda: pages(None, 4, 16),
    )
    for times, figures in ((2, twice), (5, five), (10, ten)):
        yield result(f"page goodput, {times}x the pace", figures, "pages/s", limits=peak, aim=0.8)
    yield result("page goodput, after the overload", after, "pages/s", limits=peak, aim=0.8)


def _array(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"
