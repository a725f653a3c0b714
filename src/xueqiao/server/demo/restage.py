"""Stages rounds anew: on any day one takes wishes, one waits for its dice and one has offers out.

Days go by in a demo region, and the rounds of the load with them. A round that is over is brought to its end as its
centre would have done, and another one of the same name begins, over new runs of the same classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef

from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.region_code import RegionCode
from xueqiao.server.demo.extend import open_copy
from xueqiao.server.demo.network import HEDE, SHEYANG
from xueqiao.server.demo.rounds import ACTS, EVERYTHING, Act, Rounds, evening_of, freeze
from xueqiao.server.demo.story import PARTS, Cast

STAGED = tuple(act for act in ACTS if act.state in ("open", "frozen", "drawn"))
WAITS_DAYS = 3  # so long a list waits for its dice before another one is closed
LEAD_DAYS = 14  # from the evening to the first meeting: every act's offers have ended by then
WEEKS_TRIED = 6
HOURS_TRIED = (0, 2, -5)  # the same hour, the end of the afternoon, the morning: never the evenings of the story
PEOPLE_MAX = 400


def restage(*, now: datetime) -> int:
    """Begin a round for every act that no round plays at this moment; return how many. Cheap when all are on.

    Where a centre has no room left for the classes of a round, the act waits for the next call.
    """
    rows = apps.get_model("enrolment.AdmissionRound").objects.filter(is_demo=True)
    if not rows.exists():
        return 0
    staged = 0
    with transaction.atomic():
        lock(LockSpace.DEMO_LOAD, [1])
        for act in STAGED:
            if not _is_on(rows, act, now):
                with suppress(_NoRoom), transaction.atomic():
                    _stage(rows.filter(title=act.title).latest("source_due_at"), act, now)
                    staged += 1
        if staged:
            refresh_listings(region=int(RegionCode(HEDE)), now=now)
    return staged


class _Again(Rounds):
    """Named people come along where the rules of the platform let them."""

    def _named_people(self, *asked: Any) -> None:
        with suppress(Refused), transaction.atomic():
            super()._named_people(*asked)


@dataclass(frozen=True)
class _Run:
    """A class as a round sees it."""

    id: int
    code: str
    capacity: int
    to_pay_fen: int


class _NoRoom(Exception):
    """Rooms and teachers of a round's classes are taken for weeks."""


def _is_on(rows: Any, act: Act, now: datetime) -> bool:
    named = rows.filter(title=act.title)
    if act.state == "open":
        return bool(named.filter(state="open", wishes_open_at__lte=now, wishes_close_at__gt=now).exists())
    if act.state == "frozen":
        since = at_local(evening_of(now) - timedelta(days=WAITS_DAYS), 0)
        return bool(named.filter(state="frozen", source_due_at__gte=since).exists())
    offers = apps.get_model("enrolment.Offer").objects.within(EVERYTHING)
    return bool(offers.filter(state="open", until__gt=now, draw_entry__round__in=named).exists())


def _stage(before: Any, act: Act, now: datetime) -> None:
    parts = {part.code: part.key for part in PARTS}
    persons = apps.get_model("people.Person").objects.within(EVERYTHING)
    cast = Cast({parts[code]: pk for code, pk in persons.filter(code__in=parts).values_list("code", "pk")})
    random = Random(f"xueqiao demo {act.state} {now:%Y%m%d}")  # noqa: S311 - made-up people
    rounds = _Again(cast, before.institution_id, _people(cast, now, random), now, random)
    with suppress(Refused), transaction.atomic():
        _finish(rounds, before)
    earliest = rounds.evening + timedelta(days=LEAD_DAYS)
    run_ids = before.runs.order_by("run__code").values_list("run_id", flat=True)
    rounds.play(act, [_copy(run_id, earliest, now) for run_id in run_ids])


def _finish(rounds: Rounds, before: Any) -> None:
    """Close, draw and offer what was left open: the centre's own work, done late."""
    view = enrolment.get_round(before.code, now=rounds.now)
    if view.source_due_at < rounds.now and view.state in ("open", "frozen"):
        if view.state == "open":
            freeze(view)
        rounds.draw(view)


def _copy(run_id: int, earliest: date, now: datetime) -> _Run:
    """A run of the class that begins on or after a day, in the first free place of its room and teacher."""
    begins = apps.get_model("classes.Session").objects.filter(run_id=run_id).earliest("starts_at").starts_at
    for later in _shifts(earliest - local_date(begins)):
        copy = open_copy(run_id, later, now=now, closes_at=begins + later - timedelta(days=1))
        if copy is not None:
            return _Run(copy.pk, copy.code, copy.capacity, copy.price_fen - copy.subsidy_fen)
    raise _NoRoom


def _shifts(least: timedelta) -> Iterator[timedelta]:
    """The same weekday and hour first, then other days, then other hours."""
    weeks = timedelta(weeks=-(-least.days // 7))
    for hours in HOURS_TRIED:
        for days in range(7):
            for week in range(WEEKS_TRIED if not days and not hours else 1):
                yield weeks + timedelta(weeks=week, days=days, hours=hours)


def _people(cast: Cast, now: datetime, random: Random) -> list[int]:
    """Grown people of the county nobody knows by name, who sit in no class and wish for none at the moment."""
    county, day = RegionCode(SHEYANG), local_date(now)
    places = apps.get_model("enrolment.Place").objects.within(EVERYTHING)
    members = apps.get_model("enrolment.EntryMember").objects.within(EVERYTHING)
    free = (
        apps.get_model("people.Person")
        .objects.within(EVERYTHING)
        .filter(is_demo=True, region__range=(county.low, county.high))
        .filter(birth_date__lte=day - timedelta(days=18 * 366))
        .exclude(pk__in=cast.people)
        .exclude(
            Exists(places.filter(person_id=OuterRef("pk"), state__in=["held", "confirmed"], run__ends_on__gte=day))
        )
        .exclude(Exists(members.filter(person_id=OuterRef("pk"), state="agreed", round__state__in=["open", "frozen"])))
    )
    found = list(free.order_by("pk").values_list("pk", flat=True)[: 10 * PEOPLE_MAX])
    return random.sample(found, min(PEOPLE_MAX, len(found)))
