"""合德 hands in its trainees to the county's college: an agreement with its use and a sample, for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from tests.domains.credits.trainees import CODE, a_line, agreed, deposit, officer_of
from tests.worlds.small_county import NOW, TODAY, SmallCounty, add_institution
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions import book_claims
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.people.models import Person


def trainees_are_handed_in(world: SmallCounty, learners: Sequence[Person]) -> str:
    """Return the code of an agreement under which twelve outcomes were deposited; one of the drawn was looked at."""
    agreed(world, title="机器人实训校企互认", cap_hundredths=1200, programmes=["industrial-robotics"])
    deposit(world, *[a_line(person, grade="86") for person in learners])
    officer = officer_of(world)
    drawn = credit_bank.access_sample(actor=officer, code=CODE, year=world.now.year)
    credit_bank.record_quality_check(
        actor=officer,
        code=CODE,
        claim_uuid=drawn[0].claim_uuid,
        is_sound=False,
        words="少一次签到记录",
        now=world.now,
    )
    for number, (giver, receiver) in enumerate([(world.centre, world.college), (world.college, world.centre)] * 2):
        book_claims(
            conversion_uuid=UUID(int=9000 + number),
            givers=[(giver.pk, 250 + 50 * number)],
            receiver_id=receiver.pk,
            unit="CREDIT.degree",
            agreement_code=CODE,
            is_reversal=False,
            now=world.now,
        )
    return CODE


def agreement_at(world: SmallCounty, region: int, relation: str) -> str:
    """An agreement both of whose parties sit in a unit; 合德's centre gives in its own."""
    parties = [add_institution(f"AG{region}{n}", f"院校 {region} {n}", "vocational_school", region) for n in (1, 2)]
    row = Agreement.objects.create(
        code=f"agreement-{relation}",
        frame="industry-training",
        rule_code="industry-training",
        title="互认",
        giver=world.centre if relation == "own" else parties[0],
        receiver=parties[1],
        starts_on=TODAY - timedelta(days=30),
        ends_on=TODAY + timedelta(days=300),
        moved_at=NOW,
    )
    return row.code
