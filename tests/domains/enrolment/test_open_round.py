from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.rounds_and_entries import refused
from tests.worlds.rounds import CLOSES, OPENS, a_plan, drawn_classes, open_a_round, second_officer
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, acting, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import OpenedByAnother, RoundNotFound, RoundNotPlanned
from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db
EARLIER = OPENS - timedelta(days=9)


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def planned(world):
    officer = on_duty(world.officer, "county_officer", COUNTY)
    return enrolment.plan_round(actor=officer, plan=a_plan(world, list(drawn_classes(world))), now=EARLIER)


def press(planned, actor, now=EARLIER):
    return enrolment.open_round(actor=actor, code=planned.code, now=now)


def test_a_second_person_opens_and_the_rules_stand_from_then_on(world, planned):
    opener = on_duty(second_officer(world), "county_officer", COUNTY)
    opened = press(planned, opener)
    assert opened.state == "open"
    assert opened.weights == enrolment.WeightRule()
    assert opened.rules["limits"] == {
        "places_per_term": 3,
        "places_per_term_and_institution": 2,
        "travel_minutes": 30,
        "repeats_max": 2,
        "signature_from_age": 80,
        "first_after_losses": 4,
    }
    assert opened.rules["sources"]["enrolment.newcomer_percent"]["value"] == 40
    assert "未见" in opened.rules["sources"]["enrolment.newcomer_percent"]["source"]
    Parameter.objects.create(
        name="enrolment.weight_per_loss",
        region=COUNTY,
        value=5,
        source="县里的新办法",
        valid_from=EARLIER.date(),
        approved_by="县教育局",
        recorded_at=EARLIER,
    )
    again = press(planned, opener)
    assert again.weights.per_loss == 1  # what was published does not move
    assert OutboxEvent.objects.filter(name="enrolment.RoundOpened").count() == 1
    assert AuditEntry.objects.get(verb="open_round").detail["planned_by"] == world.officer.pk
    assert enrolment.get_round(planned.code, now=EARLIER).state == "open"


def test_who_planned_it_cannot_open_it(world, planned):
    refused(OpenedByAnother, press, planned, on_duty(world.officer, "county_officer", COUNTY))
    row = AdmissionRound.objects.get(pk=planned.id)
    row.opened_at, row.opened_by_id = EARLIER, row.planned_by_id
    with pytest.raises(IntegrityError, match="round_opened_by_another"), transaction.atomic():
        row.save()


def test_strangers_do_not_open(world, planned):
    refused(RoundNotFound, press, planned, on_duty(world.other_officer, "county_officer", OTHER_COUNTY))
    refused(NotAllowed, press, planned, acting(world.rider))


def test_a_round_whose_window_is_over_is_not_opened(world, planned):
    opener = on_duty(second_officer(world), "county_officer", COUNTY)
    refused(RoundNotPlanned, press, planned, opener, now=CLOSES)


def test_the_world_makes_an_open_round(world):
    opened = open_a_round(world, list(drawn_classes(world)))
    assert opened.takes_wishes(world.now)
    assert [each.code for each in enrolment.public_rounds(region=COUNTY, now=world.now)] == [opened.code]
