"""Short words for tests of waiting lists: a full class, people in its line, and what happened to them."""

from datetime import date, datetime
from itertools import count
from typing import Any

from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import SmallCounty, acting, add_person, add_place, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Offer, Place, SeatPool, WaitingEntry
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.clock import at_local

_key = count(1)
START = date(2026, 4, 1)  # of the class: four weeks ahead, so that an offer has its whole time
NOON = at_local(date(2026, 3, 4), 12)


class FullClass:
    """A class whose seats are all taken, and its line. Time stands at noon unless it is moved."""

    def __init__(self, *, capacity: int = 2, world: SmallCounty | None = None, **run: Any) -> None:
        self.world = world or small_county()
        self.now: datetime = NOON
        self.run, self.sessions, _ = add_run(self.world, capacity=capacity, **({"first_day": START} | run))
        self.learners = [add_person(f"学员{n}") for n in range(capacity)]
        self.places = [add_place(self.run, learner) for learner in self.learners]

    def person(self, name: str, **wanted: Any) -> Any:
        return add_person(name, **wanted)

    def join(self, *people: Any, by: Any = None, now: datetime | None = None) -> enrolment.WaitingView:
        agent = by or people[0]
        others = tuple(person for person in people if person.pk != agent.pk)
        return enrolment.join_waiting_list(
            actor=acting(agent, acts_for=others),
            run_id=self.run.pk,
            person_ids=[person.pk for person in people],
            request_key=f"join {next(_key)}",
            channel="web",
            now=now or self.now,
        )

    def withdraw(self, number: int = 0) -> None:
        """One of those enrolled leaves; call `walk` (or deliver) for what follows the commit."""
        place = self.places[number]
        enrolment.withdraw(actor=acting(self.learners[number]), place_uuid=place_uuid(place), now=self.now)

    def walk(self) -> int:
        return enrolment.offer_freed_seats(run_id=self.run.pk, now=self.now)

    def offers(self, *states: str) -> list[Any]:
        offers = Offer.objects.within(ALL).filter(run=self.run).select_related("person", "place").order_by("pk")
        return list(offers.filter(state__in=states) if states else offers)

    def offered(self) -> list[str]:
        """Names of those with an open offer, in order of the offers."""
        return [offer.person.name for offer in self.offers("open")]

    def line(self) -> list[str]:
        """Names of those who wait, in order; a party as one string."""
        entries = WaitingEntry.objects.within(ALL).filter(run=self.run, state="waiting").order_by("line_key")
        return [
            "+".join(
                m.person.name
                for m in entry.members.all().within(ALL).filter(is_live=True).select_related("person").order_by("pk")
            )
            for entry in entries
        ]

    def entry(self, view: enrolment.WaitingView) -> Any:
        return WaitingEntry.objects.within(ALL).get(uuid=view.uuid)

    def pool(self) -> tuple[int, int, int, int]:
        """(held, taken, kept, waiting), after checking them against places and entries."""
        pool = SeatPool.objects.get(pk=self.run.pk)
        states = list(Place.objects.within(ALL).filter(run=self.run).values_list("state", flat=True))
        waiting = WaitingEntry.objects.within(ALL).filter(run=self.run, state="waiting").count()
        assert (pool.held - pool.kept, pool.taken, pool.waiting) == (
            states.count("held"),
            states.count("confirmed"),
            waiting,
        )
        return pool.held, pool.taken, pool.kept, pool.waiting


def place_uuid(place: Any) -> Any:
    return Place.objects.within(ALL).get(pk=place.pk).uuid


def notices_of(person: Any) -> list[str]:
    return list(
        Notice.objects.within(ALL)
        .filter(person=person, template="seat_offered")
        .order_by("pk")
        .values_list("text", flat=True)
    )
