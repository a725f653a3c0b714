"""Certificates whose credit ends five years after they were given, for the tests of expiry."""

from __future__ import annotations

from datetime import date

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.converting import Story, clerk_of
from tests.worlds.small_county import small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import CreditExpiry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger.api import balance_of
from xueqiao.foundation.scope import Scope

UNIT = "CREDIT.degree"
LAST_DAY = date(2026, 7, 1)  # five years after 1 July 2021


def a_certified_story() -> Story:
    """A skill-level certificate of 3 credits in the open university's unit; its last day is 1 July 2026."""
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    certify(world_story := Story(world, clerk_of(world)), "电工证")
    return world_story


def certify(story: Story, title: str, credits_hundredths: int = 300) -> None:
    view = accepted(
        story.world,
        title=title,
        type="vocational_qualification",
        ends_on=date(2021, 7, 1),
        facts={"credits": credits_hundredths, "listed": True},
    )
    judged(view, reviewers(), [True] * 3, story.world)


def expiry() -> CreditExpiry:
    row: CreditExpiry = CreditExpiry.objects.within(Scope.everything("tests")).get()
    return row


def available(story: Story) -> int:
    return balance_of(UNIT, f"person:{story.person.pk}:available").available
