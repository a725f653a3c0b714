"""A round that is open with entries, ready to be frozen, typed and drawn.

made = open_round(world, seats=(2, 1), kept={0: {"newcomer": 1}})
entry = enter(made, [world.rider], wishes=(0, 1))
drawn(made)      frozen, typed by two people, drawn
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from tests.worlds.small_county import COUNTY, HEDE, SmallCounty, add_person, add_run, give_role, on_duty
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember, RoundRun, SeatQuota, Wish
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

VALUE = "03 08 11 20 25 31 07"
_number = count(1)


@dataclass
class MadeRound:
    world: SmallCounty
    row: AdmissionRound
    runs: list[ClassRun]
    closes: datetime
    due: datetime
    clerk: Actor
    other_clerk: Actor
    officer: Actor
    entries: list[Entry] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.row.code

    def again(self) -> AdmissionRound:
        return AdmissionRound.objects.get(pk=self.row.pk)


def open_round(
    world: SmallCounty, *, seats=(2, 1), kept=None, series="", code="", closes=None, source_kind="lottery", **extra
) -> MadeRound:
    """Open since yesterday; wishes close in an hour, the public value falls half a day later."""
    number = next(_number)
    closes = closes or world.now + timedelta(hours=1)
    due = closes + timedelta(hours=12)
    row = AdmissionRound.objects.create(
        **{
            "code": code or f"L{number:06d}",
            "title": "春季班抽签",
            "institution": world.centre,
            "region": HEDE,
            "mode": "draw",
            "state": "open",
            "series": series,
            "info_opens_at": closes - timedelta(days=3),
            "wishes_open_at": closes - timedelta(days=2),
            "wishes_close_at": closes,
            "source_kind": source_kind,
            "source_name": "双色球 第 2026026 期",
            "source_due_at": due,
            "planned_by": world.officer,
            "opened_by": world.clerk,
            "opened_at": closes - timedelta(days=3),
        }
        | extra
    )
    runs = []
    for at, many in enumerate(seats):
        run, _sessions, _pool = add_run(world, admission="draw", hour=8 + at, capacity=max(many, 1))
        part = RoundRun.objects.create(round=row, run=run, seats=many)
        for bucket, seats_kept in (kept or {}).get(at, {}).items():
            SeatQuota.objects.create(round_run=part, bucket=bucket, seats=seats_kept)
        runs.append(run)
    other = add_person("林晓")
    give_role(other, "centre_clerk", HEDE, world.centre)
    return MadeRound(
        world,
        row,
        runs,
        closes,
        due,
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(other, "centre_clerk", HEDE),
        on_duty(world.officer, "county_officer", COUNTY),
    )


def enter(made: MadeRound, members: list[Person], wishes=(0,), *, channel="web", states=None) -> Entry:
    """One entry; wishes are positions of the round's classes."""
    number = next(_number)
    entry = Entry.objects.create(
        code=f"Z{number:07d}",
        round=made.row,
        region=made.row.region,
        kind="single" if len(members) == 1 else "household",
        size=max(1, states.count("agreed")) if states else len(members),
        leader=members[0],
        channel=channel,
        entered_by=members[0],
        request_key=f"k{number}",
        entered_at=made.closes - timedelta(hours=2),
        salt=number.to_bytes(16, "big"),
    )
    for at, person in enumerate(members):
        state = states[at] if states else "agreed"
        EntryMember.objects.create(entry=entry, round=made.row, person=person, state=state)
    for rank, at in enumerate(wishes, 1):
        Wish.objects.create(entry=entry, rank=rank, run=made.runs[at])
    made.entries.append(entry)
    return entry


def enter_strangers(made: MadeRound, many: int, wishes=(0,), **extra) -> list[Entry]:
    return [enter(made, [add_person(f"居民{n}", with_account=False)], wishes, **extra) for n in range(many)]


def frozen(made: MadeRound):
    return enrolment.freeze_round(actor=made.clerk, code=made.code, now=made.closes + timedelta(minutes=5))


def type_value(made: MadeRound, actor=None, value=VALUE, *, now=None, **extra):
    return enrolment.type_source_value(
        actor=actor or made.clerk, code=made.code, value=value, now=now or made.due + timedelta(minutes=1), **extra
    )


def settled(made: MadeRound) -> None:
    frozen(made)
    type_value(made)
    type_value(made, made.other_clerk, now=made.due + timedelta(minutes=2))


def drawn(made: MadeRound, **extra):
    settled(made)
    return draw(made, **extra)


def draw(made: MadeRound, *, now=None, **extra):
    return enrolment.draw_round(actor=made.clerk, code=made.code, now=now or made.due + timedelta(minutes=3), **extra)


def draw_at(world: SmallCounty, region: int, owner: Person) -> MadeRound:
    """A drawn round of a unit with one entry."""
    made = open_round(world, region=region)
    enter(made, [owner])
    made.clerk = made.other_clerk = made.officer = Actor.system("permissions")
    frozen(made)
    AdmissionRound.objects.filter(pk=made.row.pk).update(
        source_value=VALUE,
        source_typed_by=world.clerk,
        source_typed_at=made.due,
        source_confirmed_by=world.officer,
        source_confirmed_at=made.due,
    )
    draw(made)
    return made


def uuid_of(entry: Entry) -> UUID:
    return Entry.objects.within(Scope.everything("test")).get(pk=entry.pk).uuid
