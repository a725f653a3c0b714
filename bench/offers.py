"""After a draw: the seats of 10,000 winners in 390 classes held, and all of them told.

`draw.offers`: the job that runs by itself after the publication, from the winners' rows to their held places, offers,
notices, facts and audit rows, 200 winners a transaction; what each class keeps its pool locked for, and the second run,
which finds nothing left to do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest.mock import patch

from bench.harness import HIGHER, LOWER, Result, bench, result

WINNERS, CLASSES = 10_000, 390


@bench("draw.offers")
def offers() -> Iterator[Result]:
    """Seconds from the published draw to the last winner's offer."""
    from tests.domains.enrolment.drawn import drawn_round
    from tests.worlds.small_county import add_course, add_run, small_county

    from xueqiao.domains.enrolment import api as enrolment
    from xueqiao.domains.enrolment.actions import offer_drawn_places as offering
    from xueqiao.domains.enrolment.models import Offer
    from xueqiao.domains.people.models import Notice
    from xueqiao.foundation.scope import Scope

    world = small_county()
    course = add_course("C900", "合唱")
    seats = [WINNERS // CLASSES + (1 if n < WINNERS % CLASSES else 0) for n in range(CLASSES)]
    first_day = world.now.date().replace(month=5, day=6)
    runs = [add_run(world, course=course, capacity=many, admission="draw", first_day=first_day)[0] for many in seats]
    admission = drawn_round(world, runs)
    _add_winners(admission, runs, seats)
    held: list[float] = []
    real = offering._offer_some

    def timed(*arguments: object) -> object:
        start = time.perf_counter()
        try:
            return real(*arguments)  # type: ignore[arg-type]
        finally:
            held.append(time.perf_counter() - start)

    start = time.perf_counter()
    with patch.object(offering, "_offer_some", timed):
        made = enrolment.offer_drawn_places(round_id=admission.pk, now=world.now)
    first = time.perf_counter() - start
    start = time.perf_counter()
    again = enrolment.offer_drawn_places(round_id=admission.pk, now=world.now)
    second = time.perf_counter() - start
    everything = Scope.everything("bench")
    told = Notice.objects.within(everything).filter(template="seat_offered").count()
    is_whole = made == WINNERS == Offer.objects.within(everything).count() == told and again == 0
    name = f"offers to {WINNERS:,} winners of {CLASSES} classes"
    yield result(f"{name}: held, written and queued", [first], "s", aim=60.0, better=LOWER)
    yield result(f"{name}: longest transaction of one class", [1000 * max(held)], "ms")
    yield result(f"{name}: a second run finds nothing", [second], "s")
    yield result(f"{name}: one place, one offer, one notice each", [float(is_whole)], "1 = yes", aim=1.0, better=HIGHER)


def _add_winners(admission, runs, seats) -> None:  # type: ignore[no-untyped-def]
    """People, their entries and what the draw wrote, in bulk."""
    from datetime import date, timedelta

    from tests.worlds.small_county import HEDE_VILLAGE

    from xueqiao.domains.enrolment.models import Entry, EntryLine, EntryMember, EntryResult, Wish
    from xueqiao.domains.people.models import Person

    registered = admission.info_opens_at - timedelta(days=400)
    people = Person.objects.bulk_create(
        [
            Person(
                code=f"B{n:07d}",
                name=f"中签{n}",
                phone=f"101{n:08d}",
                birth_date=date(1960, 1, 1),
                sex="f",
                region=HEDE_VILLAGE,
                is_demo=True,
                registered_at=registered,
            )
            for n in range(WINNERS)
        ],
        batch_size=2_000,
    )
    of_class = [run for run, many in zip(runs, seats, strict=True) for _ in range(many)]
    entries = Entry.objects.bulk_create(
        [
            Entry(
                code=f"ZB{n:07d}",
                round=admission,
                region=admission.region,
                leader=person,
                channel="web",
                entered_by=person,
                request_key=f"bench {n}",
                entered_at=admission.wishes_open_at,
                salt=b"0" * 16,
            )
            for n, person in enumerate(people)
        ],
        batch_size=2_000,
    )
    EntryMember.objects.bulk_create(
        [EntryMember(entry=e, round=admission, person=p) for e, p in zip(entries, people, strict=True)],
        batch_size=2_000,
    )
    EntryLine.objects.bulk_create(
        [EntryLine(entry=e, round=admission, number=n, losses=[0], newcomers=[True]) for n, e in enumerate(entries, 1)],
        batch_size=2_000,
    )
    EntryResult.objects.bulk_create(
        [
            EntryResult(entry=e, round=admission, position=n, run=run, rank=1)
            for n, (e, run) in enumerate(zip(entries, of_class, strict=True), 1)
        ],
        batch_size=2_000,
    )
    Wish.objects.bulk_create(
        [Wish(entry=e, rank=1, run=run) for e, run in zip(entries, of_class, strict=True)], batch_size=2_000
    )
