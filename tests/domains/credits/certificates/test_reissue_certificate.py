from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.credits.completed import EVERYTHING, SYSTEM
from tests.domains.credits.standing import Issued, issued, revoked
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, CertificateUnknown
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.errors.standing import NameUnchanged
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.people.models import Person

pytestmark = pytest.mark.django_db


def renamed(made: Issued, name: str = "张桂芝") -> None:
    Person.objects.within(EVERYTHING).filter(pk=made.done.person.pk).update(name=name)


def test_the_old_certificate_leads_to_the_new_one() -> None:
    made = issued()
    renamed(made)
    later = made.now + timedelta(days=30)
    new = credit_bank.reissue_certificate(actor=acting(made.done.person), certificate_uuid=made.view.uuid, now=later)
    assert (new.person_name, new.minutes, new.amount_hundredths) == (
        "张桂芝",
        made.view.minutes,
        made.view.amount_hundredths,
    )
    old = credit_bank.verify_certificate(code=made.view.code, now=later)
    assert (old.state, old.new_code, old.masked_name) == ("superseded", new.code, "张*兰")
    assert credit_bank.verify_certificate(code=new.code, name="张桂芝", now=later).name_matches
    again = credit_bank.issue_certificate(actor=SYSTEM, completion_id=made.done.completion.pk, now=later)
    assert again == new
    book = credit_bank.passport_of(actor=SYSTEM, person_id=made.done.person.pk, now=later)
    assert book.completions_without_certificate == ()
    with pytest.raises(AlreadyRevoked):
        credit_bank.reissue_certificate(actor=SYSTEM, certificate_uuid=made.view.uuid, now=later)
    renamed(made, "张桂英")
    third = credit_bank.reissue_certificate(actor=SYSTEM, certificate_uuid=new.uuid, now=later)
    assert credit_bank.verify_certificate(code=new.code, now=later).new_code == third.code


def test_nothing_is_signed_for_the_same_name_a_stranger_or_a_revoked_certificate() -> None:
    made = issued()
    again = {"certificate_uuid": made.view.uuid, "now": made.now}
    with pytest.raises(NameUnchanged):
        credit_bank.reissue_certificate(actor=SYSTEM, **again)
    renamed(made)
    with pytest.raises(NotYours):
        credit_bank.reissue_certificate(actor=acting(made.done.room.world.rider), **again)
    with pytest.raises(CertificateUnknown):
        credit_bank.reissue_certificate(actor=SYSTEM, certificate_uuid=uuid4(), now=made.now)
    assert made.state() == "valid"
    revoked(made)
    with pytest.raises(AlreadyRevoked):
        credit_bank.reissue_certificate(actor=SYSTEM, **again)
    assert Certificate.objects.within(EVERYTHING).count() == 1
