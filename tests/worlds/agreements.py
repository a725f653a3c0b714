"""合德 hands in its trainees to the county's college: an agreement with its use and a sample, for the pages."""

from __future__ import annotations

from collections.abc import Sequence

from tests.domains.credits.trainees import CODE, a_line, agreed, deposit, officer_of
from tests.worlds.small_county import SmallCounty
from xueqiao.domains.credits import api as credit_bank
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
    return CODE
