"""Two officers who take recognised credit back, for the tests of revocation."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.domains.credits.converting import Story
from tests.worlds.small_county import COUNTY, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

WHY = {"reason": "fraud", "words": "证书是假的"}


def first_officer(story: Story) -> Actor:
    return on_duty(story.world.officer, "county_officer", COUNTY)


def second_officer() -> Actor:
    return on_duty(add_person("另一名干部", born=date(1979, 4, 4)), "county_officer", COUNTY)


def claim_uuid(title: str) -> UUID:
    everything = Scope.everything("tests")
    uuid: UUID = Claim.objects.within(everything).get(outcome__title=title).uuid
    return uuid


def asked(story: Story, title: str) -> credit_bank.RevocationView:
    return credit_bank.ask_recognition_revocation(
        actor=first_officer(story), recognition_uuid=claim_uuid(title), now=story.now, **WHY
    )


def revoked(story: Story, title: str) -> credit_bank.RevocationView:
    view = asked(story, title)
    return credit_bank.revoke_recognition(actor=second_officer(), revocation_uuid=view.uuid, now=story.now)
