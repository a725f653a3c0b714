from datetime import timedelta

import pytest

from tests.domains.enrolment.rounds_and_entries import ALL, refused
from tests.worlds.small_county import HEDE, acting, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import SignerNotRelative
from xueqiao.domains.enrolment.models import Declaration
from xueqiao.domains.people.api import MayNotActFor
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def give(world, actor, kind="health", **values):
    enrolment.give_declaration(actor=actor, person_id=world.elder.pk, kind=kind, now=world.now, **values)


def test_a_paper_is_good_for_a_year_and_given_once_a_day(world):
    for _ in range(2):
        give(world, acting(world.elder))
    paper = Declaration.objects.within(ALL).get()
    assert paper.valid_until == world.now.date() + timedelta(days=365)
    assert AuditEntry.objects.filter(verb="give_declaration").count() == 1


def test_a_relative_signs_herself_or_on_paper_that_a_clerk_saw(world):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    refused(SignerNotRelative, give, world, acting(world.elder), "over80")
    refused(SignerNotRelative, give, world, clerk, "over80")
    give(world, clerk, "over80", signer="李秀梅")
    assert Declaration.objects.within(ALL).get().signer == "李秀梅"


def test_strangers_and_unknown_papers(world):
    refused(MayNotActFor, give, world, acting(world.rider))
    refused(InvalidInput, give, world, acting(world.elder), "horoscope")
