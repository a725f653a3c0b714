"""The peer: orders per second of a running pretix through its REST API, beside our holds in the same run.

pretix is not installed by us and nothing of it is here; docs/hot-paths.md says how to set one up. Both sides are
counted afterwards: an order or hold that was acknowledged and is not stored fails the bench.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psutil
from django.db import connection

from bench.harness import Result, bench, in_turn, result
from bench.rush import PEOPLE, ROUNDS, give_turns, holds_over_http, make_world, require_durable, served

ADDRESS = "XUEQIAO_PRETIX"  # http://host:port; with _TOKEN, _EVENT (organizer/event), _ITEM (a free one, with a quota)
WORKERS = int(os.environ.get("XUEQIAO_PRETIX_WORKERS", "3"))  # connections that order at the same time
ORDERS = int(os.environ.get("XUEQIAO_PRETIX_ORDERS", "200"))
PROCESSES = os.environ.get("XUEQIAO_PRETIX_PIDS", "")  # its web, worker, database and cache, for the processor's time
AIM = 700


@dataclass(frozen=True)
class Shop:
    """One event of a running pretix."""

    address: str
    token: str
    event: str
    item: int

    @classmethod
    def from_environment(cls) -> Shop | None:
        """None when no pretix is named. Raises KeyError for one that is named in part."""
        if not os.environ.get(ADDRESS):
            return None
        return cls(
            os.environ[ADDRESS].rstrip("/"),
            os.environ[f"{ADDRESS}_TOKEN"],
            os.environ[f"{ADDRESS}_EVENT"],
            int(os.environ[f"{ADDRESS}_ITEM"]),
        )

    @property
    def path(self) -> str:
        organizer, _, event = self.event.partition("/")
        return f"/api/v1/organizers/{organizer}/events/{event}/orders/"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}

    def stored(self) -> int:
        """How many orders it has."""
        asked = urllib.request.Request(f"{self.address}{self.path}?page_size=1", headers=self.headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return int(json.load(answer)["count"])

    def order(self, count: int, workers: int) -> float:
        """Order `count` seats over `workers` connections at the same time; return the seconds. All are looked up."""
        position = {"positionid": 1, "item": self.item, "variation": None, "answers": []}
        body = json.dumps({"email": "bench@example.org", "locale": "en", "positions": [position]})
        parts = urlsplit(self.address)
        refused: list[str] = []

        def worker(share: int) -> None:
            for _ in range(share):  # a connection each: gunicorn's plain workers keep none open
                line = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=120)
                line.request("POST", self.path, body, self.headers)
                answer = line.getresponse()
                said = answer.read()
                if answer.status != 201:
                    refused.append(f"{answer.status} {said[:200]!r}")
                line.close()

        before, began = self.stored(), time.perf_counter()
        threads = [
            threading.Thread(target=worker, args=(count // workers + (n < count % workers),)) for n in range(workers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
        if refused or self.stored() - before != count:
            raise RuntimeError(f"{count} asked, {self.stored() - before} stored, refused: {refused[:1]}")
        return seconds


@bench("pretix.orders")
def orders() -> Iterator[Result]:
    """Orders of a free item at pretix and holds of ours, in turn; by the clock and by the processor's time."""
    shop = Shop.from_environment()
    if shop is None:
        print(f"pretix.orders: left out, {ADDRESS} names no running pretix (docs/hot-paths.md says how)")
        return
    require_durable()
    world = make_world()
    theirs = [int(word) for word in PROCESSES.split(",") if word]
    spent: dict[str, list[float]] = {"pretix": [], "ours": []}

    def at_pretix() -> float:
        before = processor_seconds(theirs)
        seconds = shop.order(ORDERS, WORKERS)
        spent["pretix"].append(ORDERS / max(processor_seconds(theirs) - before, 1e-9))
        return ORDERS / seconds

    def at_ours() -> float:
        requests = give_turns(world, world.runs[:1])
        ours = [postmaster(), *(child.pid for child in psutil.Process().children())]
        before = processor_seconds(ours)
        found = holds_over_http(world, "holds", requests, 500)
        spent["ours"].append(found.good / (processor_seconds(ours) - before))
        return found.good_per_second

    with served("xueqiao", "web", "--port", "{port}", path="/-/live") as world.port:
        shop.order(WORKERS * 4, WORKERS)
        holds_over_http(world, "warm", give_turns(world, world.runs[:1]), 64)
        pretix, ours = in_turn(ROUNDS, at_pretix, at_ours)
    yield result(f"pretix orders, {WORKERS} connections", pretix, "orders/s")
    yield result(f"rush holds of {PEOPLE}, against pretix's orders", ours, "a second", limits=pretix, aim=AIM)
    if theirs:
        yield result(
            "the same per second of processor, all processes", spent["ours"], "a second", limits=spent["pretix"]
        )


def processor_seconds(roots: list[int]) -> float:
    """User and system time of these processes and all below them, the ended ones included."""
    above = [psutil.Process(root) for root in roots]
    total = 0.0
    for process in {*above, *(child for each in above for child in each.children(recursive=True))}:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def postmaster() -> int:
    """The process all backends of our database belong to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).ppid()
