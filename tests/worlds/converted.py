"""The elder puts the credit of one class into a programme of the county college."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tests.worlds.small_county import SmallCounty, acting
from xueqiao.domains.credits import api as credit_bank

RULES, PROGRAMME = "open-university", "elderly-care-associate"


def a_conversion(world: SmallCounty, proposal: credit_bank.ProposalView, now: datetime) -> credit_bank.ConversionView:
    """Deposit the proposal and reserve it; the school has not answered."""
    elder = acting(world.elder)
    credit_bank.deposit_credit(actor=elder, proposal_uuid=proposal.uuid, now=now)
    plan = credit_bank.conversion_plan(
        actor=elder, person_id=world.elder.pk, rules_code=RULES, programme=PROGRAMME, now=now
    )
    key = f"c{proposal.completion_id}"
    return credit_bank.reserve_conversion(
        actor=elder,
        conversion_uuid=UUID("01930000-0000-7000-8000-000000000001"),
        person_id=world.elder.pk,
        rules_code=RULES,
        programme=PROGRAMME,
        institution_id=world.college.pk,
        plan={use.key: (use.number, use.counted_hundredths) for use in plan.uses if use.key == key},
        now=now,
    )
