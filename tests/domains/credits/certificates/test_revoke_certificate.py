import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.standing import WHY, Issued, issued, revoked
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.standing import ChangeAlreadyDecided, ChangeUnknown, SecondPersonNeeded
from xueqiao.domains.credits.models import StatusChange, StatusList
from xueqiao.domains.credits.signing.status_list import is_set
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def asked(made: Issued) -> credit_bank.StatusChangeView:
    return credit_bank.ask_revocation(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)


def test_another_officer_revokes_and_everybody_reads_it_at_once() -> None:
    made = issued()
    change = asked(made)
    version = StatusList.objects.get().version
    later = made.now + timedelta(days=1)
    view = credit_bank.revoke_certificate(actor=made.second, change_uuid=change.uuid, now=later)
    assert (view.revoked_at, view.revoke_reason) == (later, "record_error")
    verdict = credit_bank.verify_certificate(code=view.code, name="张桂兰", now=later)
    assert (verdict.state, verdict.revoke_reason, verdict.name_matches) == ("revoked", "record_error", True)
    assert StatusList.objects.get().version == version + 1
    with pytest.raises(ChangeAlreadyDecided):
        credit_bank.revoke_certificate(actor=made.second, change_uuid=change.uuid, now=later)


def test_who_asked_does_not_decide_and_the_table_says_so_too() -> None:
    made = issued()
    change = asked(made)
    with pytest.raises(SecondPersonNeeded):
        credit_bank.revoke_certificate(actor=made.first, change_uuid=change.uuid, now=made.now)
    for same in (made.first.person_id, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusChange.objects.update(state="done", decided_by_id=same, decided_at=made.now)
    assert made.state() == "valid"
    assert StatusChange.objects.get().state == "asked"


def test_a_machine_cannot_be_the_second_person() -> None:
    made = issued()
    change = asked(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        credit_bank.revoke_certificate(actor=SYSTEM, change_uuid=change.uuid, now=made.now)
    assert made.state() == "valid"


def test_nobody_else_revokes_and_it_stays_valid() -> None:
    made = issued()
    change = asked(made)
    world = made.done.room.world
    for actor in (
        acting(made.done.person),
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(world.other_officer, "county_officer", OTHER_COUNTY),
    ):
        with pytest.raises(NotAllowed):
            credit_bank.revoke_certificate(actor=actor, change_uuid=change.uuid, now=made.now)
    with pytest.raises(ChangeUnknown):
        credit_bank.revoke_certificate(actor=made.second, change_uuid=uuid4(), now=made.now)
    assert made.row.revoked_at is None


def test_a_revoked_certificate_is_revoked_in_the_published_list() -> None:
    made = issued()
    revoked(made)
    place = made.row.status_place
    text = credit_bank.publish_status_list(
        number=place.status_list_id, purpose="revocation", site_address="https://x.example", now=made.now
    )
    encoded = json.loads(text)["credentialSubject"]["encodedList"]
    assert is_set(encoded, place.place)
    assert not is_set(encoded, (place.place + 1) % 131_072)
