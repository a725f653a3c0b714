"""Scarce seats at 合德镇: a round in every state, a line with a live offer, a club's room, a voucher.

The people in the rounds are written by COPY like everybody else. What happens to them goes through the platform's own
actions, at moments of the last weeks: so each published folder, offer and deed is what a real region would have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.values import RESIDENT, STAFF
from xueqiao.foundation.clock import at_local, local, local_date
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.copying import catch_up_sequence, copy_rows, next_id
from xueqiao.server.demo.network import HEDE, SHEYANG
from xueqiao.server.demo.residents import Residents
from xueqiao.server.demo.seats import CHANNELS, Seat
from xueqiao.server.demo.story import PARTS, Cast
from xueqiao.server.demo.timetable import PAST, Run

SERIES = "hede-term"
LOTTERY_WEEKDAYS = (1, 3, 6)  # 双色球 is drawn on Tuesdays, Thursdays and Sundays at 21:15
PAIRS_OF_100 = 12  # entries of two people who want to come together
EVERYTHING = Scope.everything("the demo's own people")


@dataclass(frozen=True)
class Act:
    """One round as the demo plays it. Days count from the evening of the demo; first_wishes: entries that put the
    classes first, in the order of their codes; dice_at: the hour at which dice are thrown, None for the lottery.
    """

    state: str
    title: str
    info: int
    opens: int
    closes: int
    due: int
    first_wishes: tuple[int, ...]
    dice_at: tuple[int, int] | None = None
    leftovers: int | None = None


ACTS = (
    Act("leftovers", "冬季国学和法律班", -27, -16, -12, -11, (9, 5), (19, 0), -6),
    Act("drawn", "冬季热门班", -15, -6, -2, -1, (58, 38, 8), (20, 30)),
    Act("frozen", "冬季手作班", -14, -5, -1, 0, (36, 24), (18, 0)),
    Act("open", "春季下午班", -9, -1, 5, 6, (44, 24, 10)),
    Act("announced", "春季才艺班", -4, 3, 8, 9, ()),
    Act("planned", "春季书法插花班", 2, 10, 15, 16, ()),
)


class Drawn(Protocol):
    """What a round needs to know of a class."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def capacity(self) -> int: ...
    @property
    def to_pay_fen(self) -> int: ...


class Rounds:
    """Plays rounds from their plan to their offers, in the caller's transaction. people: who may enter, ids, taken from
    the end."""

    def __init__(self, cast: Cast, centre_id: int, people_ids: list[int], now: datetime, random: Random) -> None:
        self.cast, self.centre_id, self.people, self.now, self.random = cast, centre_id, people_ids, now, random
        self.evening = evening_of(now)
        self.clerk = on_duty(cast.ids["clerk"], people.CENTRE_CLERK, HEDE)
        self.officer = on_duty(cast.ids["county_officer"], people.COUNTY_OFFICER, SHEYANG)
        self.daughter = resident(cast.ids["daughter"], cast.elder, cast.ids["grandchild"])
        self.rider = resident(cast.ids["rider"])

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment, days counted from the evening of the demo."""
        return at_local(self.evening + timedelta(days=day), hour, minute)

    def play(self, act: Act, of_act: Iterable[Drawn]) -> int:
        """One round over these classes, as far as its act goes by now; return how many entries were written."""
        runs = sorted(of_act, key=lambda run: run.code)
        due, kind, name = self._public_value(act)
        planned_at = min(self.at(act.info - 2, 15), self.now)
        planned = enrolment.plan_round(
            actor=self.clerk,
            plan=enrolment.RoundPlan(
                title=act.title,
                institution_id=self.centre_id,
                mode="draw",
                runs=tuple(enrolment.RoundRunPlan(run.code, run.capacity) for run in runs),
                info_opens_at=self.at(act.info, 8),
                wishes_open_at=self.at(act.opens, 8),
                wishes_close_at=self.at(act.closes, 18),
                source_kind=kind,
                source_name=name,
                source_due_at=due,
                leftovers_open_at=None if act.leftovers is None else self.at(act.leftovers, 9),
                series=SERIES,
            ),
            now=planned_at,
            is_demo=True,
        )
        if act.state == "planned":
            return 0
        enrolment.open_round(actor=self.officer, code=planned.code, now=planned_at + timedelta(hours=18))
        if act.state == "announced":
            return 0
        entries = self._entries(planned, runs, act)
        self._named_people(act.state, planned.code, runs, self.at(act.opens, 12))
        if act.state != "open":
            freeze(planned)
        if act.state in ("drawn", "leftovers"):
            self.draw(planned)
        return entries

    def _public_value(self, act: Act) -> tuple[datetime, str, str]:
        """When the value falls, of which kind it is, and its published name."""
        if act.dice_at is not None:
            due = self.at(act.due, *act.dice_at)
            there = local(due)
            return (
                due,
                "dice",
                f"{there.month} 月 {there.day} 日 {there:%-H:%M} 在合德镇社区教育中心大厅当众掷骰子 20 次",
            )
        day = self.evening + timedelta(days=act.due)
        while day.weekday() not in LOTTERY_WEEKDAYS:
            day += timedelta(days=1)
        return at_local(day, 21, 15), "lottery", f"中国福利彩票双色球 {day.year} 年 {day.month} 月 {day.day} 日开奖号码"

    def _named_people(self, state: str, code: str, runs: Sequence[Drawn], now: datetime) -> None:
        """李秀梅 and her mother share a wish that waits for the dice; 王小骑 has won, and has an offer to pay for."""
        if state == "frozen":
            mine = self._enter(self.daughter, code, runs, now)
            mother = next(part.code for part in PARTS if part.key == "elder")
            enrolment.invite_to_entry(actor=self.daughter, entry_uuid=mine, who=mother, now=now)
        elif state == "drawn":
            self._enter(self.rider, code, [run for run in runs if run.to_pay_fen], now)

    def _enter(self, actor: Actor, code: str, runs: Sequence[Drawn], now: datetime) -> UUID:
        assert actor.person_id is not None
        return enrolment.enter_round(
            actor=actor,
            round_code=code,
            person_id=actor.person_id,
            run_ids=[run.id for run in runs],
            request_key=f"demo:{code}",
            channel="web",
            now=now,
        ).uuid

    def _entries(self, planned: enrolment.RoundView, runs: Sequence[Drawn], act: Act) -> int:
        """Write the wishes of people nobody knows by name, by COPY: as many first wishes a class as the act says."""
        opens, closes = planned.wishes_open_at, min(planned.wishes_close_at, self.now)
        first_id = next_id("enrolment.Entry")
        span = int((closes - opens).total_seconds()) - 600
        entries, members, wishes = [], [], []
        wanted = [run for run, number in zip(runs, act.first_wishes, strict=True) for _each in range(number)]
        self.random.shuffle(wanted)
        for number, first in enumerate(wanted):
            size = 2 if self.random.randrange(100) < PAIRS_OF_100 and len(self.people) > 1 else 1
            if len(self.people) < size:  # a small plan has few people
                break
            who = [self.people.pop() for _each in range(size)]
            entry, at = first_id + number, opens + timedelta(seconds=300 + self.random.randrange(span))
            channel = self.random.choice(CHANNELS)
            by = who[0] if channel == "web" else self.clerk.person_id
            kind = "companions" if size > 1 else "single"
            entries.append(
                (entry, f"ZD{entry:08d}", planned.id, planned.region, kind, size, who[0], channel, by,
                 f"demo-{entry}", at, self.random.randbytes(16))
            )  # fmt: skip
            members += [(entry, planned.id, person_id, "agreed", at) for person_id in who]
            others = [run for run in runs if run is not first and not run.to_pay_fen and not first.to_pay_fen]
            ranked = [first, *self.random.sample(others, min(len(others), self.random.randrange(3)))]
            wishes += [(entry, rank, run.id) for rank, run in enumerate(ranked, 1)]
        copy_rows("enrolment.Entry", _ENTRY, entries)
        copy_rows("enrolment.EntryMember", "entry_id round_id person_id state answered_at", members)
        copy_rows("enrolment.Wish", "entry_id rank run_id", wishes)
        catch_up_sequence("enrolment.Entry")
        return len(entries)

    def draw(self, planned: enrolment.RoundView) -> None:
        """The dice are typed by two, the draw is held; winners are offered their seats, half of them have said yes."""
        due = planned.source_due_at
        value = "".join(str(self.random.randint(1, 6)) for _throw in range(20))
        if planned.source_kind == "lottery":
            value = " ".join(f"{number:02d}" for number in self.random.sample(range(1, 34), 7))
        for minutes, actor in ((4, self.clerk), (7, self.officer)):
            enrolment.type_source_value(
                actor=actor, code=planned.code, value=value, now=due + timedelta(minutes=minutes)
            )
        drawn_at = due + timedelta(minutes=10)
        enrolment.draw_round(actor=self.officer, code=planned.code, now=drawn_at)
        enrolment.offer_drawn_places(round_id=planned.id, now=drawn_at)
        enrolment.roll_into_waiting_list(round_id=planned.id, now=drawn_at)
        self._answers([each.run_id for each in planned.runs])
        if planned.leftovers_open_at is not None:
            enrolment.expire_holds(now=planned.leftovers_open_at)
            enrolment.open_leftovers(now=planned.leftovers_open_at)

    def _answers(self, run_ids: Sequence[int]) -> None:
        """Of the winners of free classes two in three say yes on the day after, before the demo's evening."""
        offers = _rows("enrolment.Offer").filter(run_id__in=run_ids, state="open", place__to_pay_fen=0).order_by("pk")
        for offer in list(offers.select_related("place")):
            at = offer.tell_at + timedelta(minutes=self.random.randrange(20, 540))
            if offer.pk % 3 and at < self.now:
                enrolment.accept_offer(actor=resident(offer.person_id), offer_uuid=offer.uuid, now=at)


class Seats(Rounds):
    """A round in every state and what belongs to them, for the load."""

    def __init__(
        self, cast: Cast, runs: Sequence[Run], seats: Mapping[int, Sequence[Seat]], residents: Residents, now: datetime
    ) -> None:
        self.runs: dict[str, list[Run]] = {}
        for run in runs:
            self.runs.setdefault(run.story.removesuffix("-paid"), []).append(run)
        random = Random("xueqiao demo rounds")  # noqa: S311 - made-up people
        centre_id = self.runs[f"round-{ACTS[0].state}"][0].institution.id
        super().__init__(cast, centre_id, _people_without_class(seats, residents, now, random), now, random)

    def play_all(self) -> int:
        """Return how many entries were written."""
        entries = sum(self.play(act, self.runs[f"round-{act.state}"]) for act in ACTS)
        self._line()
        self._club()
        self._help_with_money()
        return entries

    def _line(self) -> None:
        """A full class: three wait, somebody leaves this afternoon, and 张桂兰 has until the day after tomorrow."""
        (run,) = self.runs["line"]
        people.set_mode(actor=resident(self.cast.elder), mode="elder", now=self.at(-3, 10))
        waiting = [(self.daughter, self.cast.elder)]
        waiting += [(resident(person_id), person_id) for person_id in self.people[-2:]]
        for hours, (actor, person_id) in enumerate(waiting):
            enrolment.join_waiting_list(
                actor=actor,
                run_id=run.id,
                person_ids=[person_id],
                request_key=f"demo:line:{person_id}",
                channel="web",
                now=self.at(-2, 10 + hours),
            )
        place = _rows("enrolment.Place").filter(run_id=run.id, state="confirmed").order_by("pk").first()
        if place is not None:
            enrolment.withdraw(actor=resident(place.person_id), place_uuid=place.uuid, now=self.at(0, 16, 40))
            enrolment.offer_freed_seats(run_id=run.id, now=self.at(0, 16, 40))

    def _club(self) -> None:
        """A choir asks for an idle room; the centre has not answered yet."""
        (run,) = self.runs["small"]
        for day in range(3, 17):
            try:
                classes.book_room(
                    actor=self.daughter,
                    room_id=run.room.id,
                    starts_at=self.at(day, 17),
                    hours=2,
                    club="城东合唱队",
                    purpose="排练社区联欢的节目",
                    people_count=18,
                    request_key="demo:club",
                    now=self.at(0, 9),
                )
            except classes.RoomNotFree:
                continue
            return

    def _help_with_money(self) -> None:
        """A voucher for couriers, and a concession of 张桂兰's: both are taken off by themselves."""
        now, today = self.at(-10, 10), self.evening - timedelta(days=10)
        scheme = payments.make_voucher_scheme(
            actor=self.officer,
            kind="campaign",
            title="外卖骑手学习券",
            source="演示数据：县总工会的发放办法",
            region=SHEYANG,
            amount_fen=5_000,
            valid_from=today,
            valid_to=today + timedelta(days=180),
            now=now,
        )
        payments.fund_voucher_scheme(
            actor=self.officer, scheme_uuid=scheme.uuid, amount_fen=1_000_000, key="demo", now=now
        )
        payments.issue_voucher(actor=self.officer, scheme_uuid=scheme.uuid, person_id=self.cast.ids["rider"], now=now)
        payments.grant_concession(
            actor=self.clerk,
            person_id=self.cast.elder,
            kind="hardship",
            proof=f"低保证 {today.year} 年度",
            valid_to=today + timedelta(days=300),
            region=HEDE,
            now=now,
        )


def evening_of(now: datetime) -> date:
    """The day of the last six o'clock in the evening: the day of which the demo's story is told."""
    six = at_local(local_date(now), 18)
    return local_date(six if six <= now else six - timedelta(days=1))


def freeze(planned: enrolment.RoundView) -> None:
    """Close and publish the list of a round five minutes after its window, as the platform's job does."""
    enrolment.freeze_round(
        actor=Actor.system("enrolment.freeze_rounds"),
        code=planned.code,
        now=planned.wishes_close_at + timedelta(minutes=5),
    )


def _people_without_class(
    seats: Mapping[int, Sequence[Seat]], residents: Residents, now: datetime, random: Random
) -> list[int]:
    """Grown people who sit in no class of this term: the county's, then 合德镇's; they are taken from the end."""
    busy = {seat.person_id for each in seats.values() for seat in each if seat.run.cohort != PAST}
    grown_until = local_date(now).toordinal() - 18 * 366
    town, county = RegionCode(HEDE), RegionCode(SHEYANG)
    near: tuple[list[int], list[int]] = ([], [])
    for index, (region, born) in enumerate(zip(residents.region, residents.born, strict=True)):
        if county.low <= region <= county.high and born <= grown_until and residents.first_id + index not in busy:
            near[town.low <= region <= town.high].append(residents.first_id + index)
    for each in near:
        random.shuffle(each)
    return [*near[0], *near[1]]


def on_duty(person_id: int, role: str, region: int) -> Actor:
    """A member of staff with her duty, as when she is signed in."""
    unit = RegionCode(region)
    return Actor(
        STAFF,
        person_id=person_id,
        roles=frozenset({role}),
        authority=f"staff:{role}",
        scope=Scope(ranges=((unit.low, unit.high),), person_ids=frozenset({person_id})),
    )


def resident(person_id: int, *acts_for: int) -> Actor:
    """A resident, with those she acts for."""
    return Actor(RESIDENT, person_id=person_id, scope=Scope.of_persons([person_id, *acts_for]))


def _rows(label: str) -> Any:
    return apps.get_model(label).objects.within(EVERYTHING)


_ENTRY = "id code round_id region kind size leader_id channel entered_by_id request_key entered_at salt"
