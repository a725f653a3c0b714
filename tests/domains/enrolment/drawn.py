"""A round as its published draw leaves it: entries won and lost, in drawn order. What the draw did is not told here."""

from datetime import timedelta
from itertools import count
from typing import Any

from tests.worlds.small_county import SmallCounty
from xueqiao.domains.enrolment.models import (
    AdmissionRound,
    Entry,
    EntryLine,
    EntryMember,
    EntryResult,
    RoundRun,
    Wish,
)

_number = count(1)


def drawn_round(world: SmallCounty, runs: list[Any], *, offer_hours: int = 72, state: str = "drawn") -> AdmissionRound:
    """A round of these classes; drawn yesterday unless told otherwise."""
    now = world.now
    is_drawn = state in {"drawn", "closed"}
    done = {
        "frozen_at": now - timedelta(days=3),
        "entry_count": 1,
        "list_hash": b"0" * 32,
        "list_root": b"0" * 32,
        "commitment": b"0" * 32,
        "source_typed_by": world.clerk,
        "source_typed_at": now - timedelta(days=1),
        "source_confirmed_by": world.officer,
        "source_confirmed_at": now - timedelta(days=1),
        "drawn_at": now - timedelta(hours=1),
        "seed": b"0" * 32,
        "result_hash": b"0" * 32,
    }
    admission = AdmissionRound.objects.create(
        code=f"AR{next(_number):06d}",
        title="春季班抽签",
        institution=world.centre,
        region=world.centre.region,
        mode="draw",
        state=state,
        info_opens_at=now - timedelta(days=20),
        wishes_open_at=now - timedelta(days=13),
        wishes_close_at=now - timedelta(days=4),
        offer_hours=offer_hours,
        source_kind="dice",
        source_name="当众掷骰子",
        source_due_at=now - timedelta(days=2),
        **(done if is_drawn else {}),
    )
    for run in runs:
        RoundRun.objects.create(round=admission, run=run, seats=run.capacity)
    return admission


def drawn_entry(
    admission: AdmissionRound, people: list[Any], wishes: list[Any], position: int, won: Any = None
) -> Entry:
    """One entry of the result: awarded `won`, or lost."""
    entry = Entry.objects.create(
        code=f"E{next(_number):07d}",
        round=admission,
        region=admission.region,
        kind="household" if len(people) > 1 else "single",
        size=len(people),
        leader=people[0],
        channel="web",
        entered_by=people[0],
        request_key=f"drawn {next(_number)}",
        entered_at=admission.wishes_open_at,
        salt=b"0" * 16,
    )
    EntryLine.objects.create(
        entry=entry, round=admission, number=position, losses=[0] * len(people), newcomers=[True] * len(people)
    )
    rank = wishes.index(won) + 1 if won else None
    EntryResult.objects.create(entry=entry, round=admission, position=position, run=won, rank=rank)
    for person in people:
        EntryMember.objects.create(entry=entry, round=admission, person=person)
    for rank, run in enumerate(wishes, start=1):
        Wish.objects.create(entry=entry, rank=rank, run=run)
    return entry
