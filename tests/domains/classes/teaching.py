"""Short words for tests of teachers' pay: a contract, meetings that were held, slips, and where the money is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, HEDE, SmallCounty, add_person, give_role, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PayLine, PaySlip, PaySlipLine
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local

RATE = 15_000
MEETING = 30_000  # 90 minutes are two class hours
MARCH = date(2026, 3, 1)
APRIL_2 = at_local(date(2026, 4, 2), 10)


@dataclass
class Teaching:
    """Eight Wednesdays from 4 March at 合德镇, 90 minutes each, by 陆建芬."""

    world: SmallCounty
    clerk: Actor
    officer: Actor
    deliver: Any

    @property
    def teacher_id(self) -> int:
        return self.world.teacher.pk

    def sign(self, *, kind: str = "outside", teacher_id: int = 0, now: datetime | None = None, **wanted: Any):
        terms = {
            "institution_id": self.world.centre.pk,
            "teacher_id": teacher_id or self.teacher_id,
            "kind": kind,
            "band": "middle",
            "rate_fen": RATE,
            "document": "合同 2026-1",
            "valid_from": date(2026, 3, 1),
            "valid_to": date(2026, 12, 31),
        }
        return classes.sign_contract(actor=self.clerk, now=now or self.world.now, **(terms | wanted))

    def permit(self, contract, *, issued_on: date = date(2026, 3, 1), **wanted: Any):
        terms = {"unit": "射阳县中学", "document": "射中〔2026〕3 号", "valid_to": date(2026, 12, 31)}
        given = {"now": self.world.now + timedelta(days=60)} | terms | wanted
        return classes.record_permission(actor=self.clerk, contract_uuid=contract.uuid, issued_on=issued_on, **given)

    def hold(self, *numbers: int) -> datetime:
        """These meetings took place; returns an hour after the last."""
        for number in numbers:
            session = self.world.sessions[number - 1]
            after = session.ends_at + timedelta(hours=1)
            classes.mark_session_held(actor=self.clerk, session_id=session.pk, now=after)
            self.deliver(after)
        return after

    def slip(self, now: datetime = APRIL_2, **wanted: Any):
        terms = {"teacher_id": self.teacher_id, "institution_id": self.world.centre.pk, "month": MARCH}
        return classes.make_pay_slip(actor=self.clerk, now=now, **(terms | wanted))

    def release(self, slip, now: datetime = APRIL_2):
        done = classes.release_pay_slip(actor=self.officer, slip_uuid=slip.uuid, now=now)
        self.deliver(now)
        return done

    def substitute(self, name: str = "代课老师"):
        other = add_person(name)
        give_role(other, "teacher", HEDE, self.world.centre)
        return other


def teaching(deliver_due) -> Teaching:
    world = small_county()
    return Teaching(
        world,
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(world.officer, "county_officer", COUNTY),
        deliver_due,
    )


def owed(case: Teaching, teacher_id: int = 0) -> int:
    """What the books say a teacher is owed."""
    return books().get(f"teacher:{teacher_id or case.teacher_id}:owed:{case.world.centre.pk}", 0)


def amounts() -> list[tuple[str, int]]:
    return list(PayLine.objects.within(ALL).order_by("pk").values_list("kind", "amount_fen"))


def pay_trace() -> tuple:
    """All that must not move when a deed of pay is refused."""
    return (
        books(),
        amounts(),
        list(PaySlip.objects.within(ALL).order_by("pk").values()),
        list(PaySlipLine.objects.order_by("pk").values()),
    )
