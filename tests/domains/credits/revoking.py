"""Two officers who take recognised credit back, for the tests of revocation."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.domains.credits.converting import Story
from tests.worlds.small_county import COUNTY, NOW, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Claim, CreditExpiry, RecognitionRevocation
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


def corrections_in(claim: dict[str, object]) -> dict[str, dict[str, object]]:
    """A claim as the officers' addresses name it, with a request to revoke it and a notice that it ends."""
    everything = Scope.everything("tests")
    row = Claim.objects.within(everything).select_related("outcome").get(uuid=claim["claim_uuid"])
    wish = RecognitionRevocation.objects.create(
        claim=row, person_id=row.outcome.person_id, region=row.outcome.region, asked_at=NOW, **WHY
    )
    expiry = CreditExpiry.objects.create(claim=row, due_on=date(2027, 1, 1), announced_at=NOW)
    wishes, ends = RecognitionRevocation.objects.within(everything), CreditExpiry.objects.within(everything)
    return {
        "recognition": {"recognition_uuid": row.uuid},
        "recognition_revocation": {"revocation_uuid": wishes.get(pk=wish.pk).uuid},
        "expiry": {"expiry_uuid": ends.get(pk=expiry.pk).uuid},
    }
