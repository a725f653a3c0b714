"""Contracts and slips of pay for worlds: rows in every unit for the permission test, a month of pay for the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PaySlip, TeacherContract
from xueqiao.domains.people.models import Person
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.scope import Scope

FEBRUARY = date(2026, 2, 1)
ALL = Scope.everything("test")
Objects = dict[str, dict[str, dict[str, object]]]


def pay_objects(world: small.SmallCounty, owners: dict[str, Person], places: dict[str, int]) -> Objects:
    """A contract and a released slip per owner, written by somebody who is none of the principals."""
    found: Objects = {"contract": {}, "pay_slip": {}}
    desk, above = small.add_person("登记人"), small.add_person("发放人")
    for relation, owner in owners.items():
        contract = TeacherContract.objects.create(
            teacher=owner,
            institution=world.centre,
            region=places[relation],
            kind="outside",
            band="middle",
            rate_fen=15_000,
            document="1",
            valid_from=FEBRUARY,
            valid_to=date(2026, 12, 31),
            made_by=desk,
            made_at=world.now,
        )
        slip = PaySlip.objects.create(
            teacher=owner,
            institution=world.centre,
            region=places[relation],
            month=FEBRUARY,
            gross_fen=100_000,
            tax_fen=4_000,
            tax_rule="规则",
            state="released",
            made_by=desk,
            made_at=world.now,
            released_by=above,
            released_at=world.now,
        )
        contract.refresh_from_db(fields=["uuid"], from_queryset=TeacherContract.objects.within(ALL))
        slip.refresh_from_db(fields=["uuid"], from_queryset=PaySlip.objects.within(ALL))
        found["contract"][relation] = {"contract_uuid": contract.uuid}
        found["pay_slip"][relation] = {"slip_uuid": slip.uuid}
    return found


def month_of_pay(world: small.SmallCounty) -> tuple[Any, Any, Any]:
    """February at 合德镇: a slip that was released, one that waits, and a contract without its permission.

    Returns (the teacher's released slip, the other's waiting slip, the contract that lacks a paper).
    """
    clerk = small.on_duty(world.clerk, "centre_clerk", small.HEDE)
    officer = small.on_duty(world.officer, "county_officer", small.COUNTY)
    terms = {
        "actor": clerk,
        "institution_id": world.centre.pk,
        "band": "middle",
        "rate_fen": 15_000,
        "valid_from": FEBRUARY,
        "valid_to": date(2026, 12, 31),
        "now": at_local(FEBRUARY, 9),
    }
    slips = []
    for name, hour in (("", 9), ("钱老师", 14), ("吴老师", 10)):
        teacher = small.add_person(name, born=date(1979, 5, 1)) if name else world.teacher
        if name:
            small.give_role(teacher, "teacher", small.HEDE, world.centre)
        _run, sessions, _ = small.add_run(
            world, title="书法（周五班）", teacher=teacher, hour=hour, first_day=date(2026, 2, 6), session_count=3
        )
        kind = "public" if name == "吴老师" else "outside"
        contract = classes.sign_contract(teacher_id=teacher.pk, kind=kind, document=f"任课〔2026〕{hour} 号", **terms)
        for session in sessions:
            classes.mark_session_held(actor=clerk, session_id=session.pk, now=session.ends_at + timedelta(minutes=5))
            classes.count_session_pay(session_id=session.pk, now=session.ends_at + timedelta(minutes=5))
        if kind == "outside":
            slips.append(
                classes.make_pay_slip(
                    actor=clerk, teacher_id=teacher.pk, institution_id=world.centre.pk, month=FEBRUARY, now=world.now
                )
            )
    released = classes.release_pay_slip(actor=officer, slip_uuid=slips[0].uuid, now=world.now)
    return released, slips[1], contract
