"""Admission rounds in the small county: two drawn classes, their round planned by one officer, opened by another.

world = small_county()
drum, zither = drawn_classes(world)
opened = open_a_round(world, [drum, zither])      wishes open 2 days ago, close tomorrow 18:00
entry = enter(world.rider, opened, [drum])
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from tests.worlds.small_county import (
    COUNTY,
    TODAY,
    SmallCounty,
    acting,
    add_person,
    add_run,
    give_role,
    on_duty,
)
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people.models import Person
from xueqiao.foundation.clock import at_local

OPENS, CLOSES = at_local(TODAY - timedelta(days=2), 8), at_local(TODAY + timedelta(days=2), 18)
SOURCE_DUE = at_local(TODAY + timedelta(days=3), 21, 15)
FIRST_DAY = TODAY + timedelta(days=12)
_keys = count(1)


def drawn_classes(world: SmallCounty, admission: str = "draw", **values: Any) -> tuple[ClassRun, ClassRun]:
    """Two classes of 20 seats that are given away by a round, at different hours of a day."""
    drum, _, _ = add_run(world, title="腰鼓入门", hour=9, first_day=FIRST_DAY, admission=admission, **values)
    zither, _, _ = add_run(world, title="古筝入门", hour=14, first_day=FIRST_DAY, admission=admission, **values)
    return drum, zither


def a_plan(world: SmallCounty, runs: list[ClassRun], **values: Any) -> enrolment.RoundPlan:
    """A sound plan; what differs comes by name. run_plans replaces the classes."""
    run_plans = values.pop("run_plans", None) or tuple(enrolment.RoundRunPlan(run.code, 20) for run in runs)
    priority = at_local(TODAY - timedelta(days=6), 8) if values.get("mode") == "priority_draw" else None
    plain: dict[str, Any] = {
        "title": "春季班",
        "institution_id": world.centre.pk,
        "mode": "draw",
        "runs": run_plans,
        "info_opens_at": OPENS - timedelta(days=8),
        "priority_opens_at": priority,
        "wishes_open_at": OPENS,
        "wishes_close_at": CLOSES,
        "source_kind": "lottery",
        "source_name": "中国福利彩票双色球第 2026025 期开奖号码",
        "source_due_at": SOURCE_DUE,
        "series": "hede",
    }
    return enrolment.RoundPlan(**(plain | values))


def second_officer(world: SmallCounty) -> Person:
    """Somebody of the county who did not plan the round."""
    officer = add_person("沈丽", born=world.officer.birth_date)
    give_role(officer, "county_officer", COUNTY)
    return officer


def open_a_round(world: SmallCounty, runs: list[ClassRun], **values: Any) -> enrolment.RoundView:
    """Planned by 周文静's county officer, opened by a colleague, ten days before the world's now."""
    earlier = OPENS - timedelta(days=9)
    planner = on_duty(world.officer, "county_officer", COUNTY)
    planned = enrolment.plan_round(actor=planner, plan=a_plan(world, runs, **values), now=earlier)
    opener = on_duty(second_officer(world), "county_officer", COUNTY)
    return enrolment.open_round(actor=opener, code=planned.code, now=earlier)


def enter(
    person: Person, opened: enrolment.RoundView, runs: list[ClassRun], *, now: Any, actor: Any = None, **values: Any
) -> enrolment.EntryView:
    """Enter one person with ranked wishes, by the web unless told otherwise."""
    return enrolment.enter_round(
        actor=actor or acting(person),
        round_code=opened.code,
        person_id=person.pk,
        run_ids=[run.pk for run in runs],
        request_key=values.get("key", f"form-{next(_keys)}"),
        channel=values.get("channel", "web"),
        now=now,
    )
