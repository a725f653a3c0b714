"""A month of teachers' pay for the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.classes import api as classes
from xueqiao.foundation.clock import at_local

FEBRUARY = date(2026, 2, 1)


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
