from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, deeds
from tests.worlds.small_county import HEDE, NOW, add_person
from xueqiao.domains.people.api import (
    GuardianPhoneMissing,
    TicketExpired,
    open_account,
    request_sign_in_code,
    sign_in_with_code,
)
from xueqiao.domains.people.errors import (
    BirthDateInvalid,
    ConsentMissing,
    HomeInvalid,
    NameInvalid,
    TooYoungForAccount,
)
from xueqiao.domains.people.models import Account, Consent, Person
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.scope import Scope

PHONE = "13900001111"
FIELDS = {"name": "吴秀英", "birth_date": "1958-03-05", "region": HEDE, "has_consented": True}
ALL = Scope.everything("test")


@pytest.fixture
def ticket(world, outbox):
    request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    return sign_in_with_code(actor=VISITOR, phone=PHONE, code=outbox.code_for(PHONE), now=NOW).ticket


def open_(ticket, now=NOW, **fields):
    return open_account(actor=VISITOR, ticket=ticket, now=now, **(FIELDS | fields))


def test_a_proven_phone_opens_an_account_with_three_facts_and_a_consent(world, outbox, ticket):
    opened = open_(ticket)
    person = Person.objects.within(ALL).get(pk=opened.person_id)
    assert (person.name, str(person.birth_date), person.region, person.phone) == ("吴秀英", "1958-03-05", HEDE, PHONE)
    consent = Consent.objects.within(ALL).get(subject=person)
    assert (consent.purpose, consent.text_version) == ("account", "2026-11")
    assert len(deeds("open_account")) == 1
    assert OutboxEvent.objects.filter(name="people.PersonRegistered").count() == 1


def test_the_ticket_opens_one_account(world, outbox, ticket):
    open_(ticket)
    with pytest.raises(TicketExpired):
        open_(ticket)
    assert Account.objects.filter(phone=PHONE).count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_consented": False}, ConsentMissing),
        ({"name": "1"}, NameInvalid),
        ({"name": "<script>"}, NameInvalid),
        ({"birth_date": "0000-00-00"}, BirthDateInvalid),
        ({"birth_date": "9999-01-01"}, BirthDateInvalid),
        ({"birth_date": "1850-01-01"}, BirthDateInvalid),
        ({"region": "320924"}, HomeInvalid),  # a county is no home
        ({"region": "999999999999"}, HomeInvalid),
        ({"region": "x"}, HomeInvalid),
        ({"birth_date": "2013-03-05"}, TooYoungForAccount),
        ({"birth_date": "2010-01-01"}, GuardianPhoneMissing),
        ({"birth_date": "2010-01-01", "guardian_phone": PHONE}, GuardianPhoneMissing),
    ],
)
def test_a_refusal_opens_nothing(world, outbox, ticket, changes, reason):
    before = Person.objects.within(ALL).count()
    with pytest.raises(reason):
        open_(ticket, **changes)
    assert Person.objects.within(ALL).count() == before and not Account.objects.filter(phone=PHONE).exists()


def test_the_ticket_lives_fifteen_minutes_and_cannot_be_made_up(world, outbox, ticket):
    for bad, now in ((ticket, NOW + timedelta(minutes=16)), ("made-up", NOW), (ticket + "x", NOW)):
        with pytest.raises(TicketExpired):
            open_(bad, now=now)
    assert not Account.objects.filter(phone=PHONE).exists()


def test_a_guardian_is_told_about_a_fifteen_year_old(world, outbox, ticket, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        open_(ticket, birth_date="2010-12-01", guardian_phone="13900002222")
    notices = [m for m in outbox.sent if m[2] == "guardian_notice"]
    assert notices == [("sms", "13900002222", "guardian_notice", {"child": "吴*英"})]


def test_a_person_the_counter_wrote_down_is_adopted_not_doubled(world, outbox, ticket):
    known = add_person("吴秀英", born=__import__("datetime").date(1958, 3, 5), phone=PHONE, with_account=False)
    assert open_(ticket).person_id == known.id
    assert Person.objects.within(ALL).filter(name="吴秀英").count() == 1
