import pytest

from tests.domains.credits.standing import WHY, issued, revoked
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, UnknownRevokeReason
from xueqiao.domains.credits.errors.standing import RevocationAlreadyAsked, WordsMissing
from xueqiao.domains.credits.models import StatusChange
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_a_request_waits_in_the_county_and_changes_nothing_yet() -> None:
    made = issued()
    asked = credit_bank.ask_revocation(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    assert (asked.state, asked.kind, asked.words) == ("asked", "revoke", "点名记错了人")
    assert made.state() == "valid"
    assert [change.uuid for change in credit_bank.access_revocations_asked(actor=made.second)] == [asked.uuid]
    other = on_duty(made.done.room.world.other_officer, "county_officer", OTHER_COUNTY)
    assert credit_bank.access_revocations_asked(actor=other) == ()
    with pytest.raises(RevocationAlreadyAsked):
        credit_bank.ask_revocation(actor=made.second, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    assert StatusChange.objects.count() == 1


def test_it_needs_an_officer_of_the_place_a_reason_and_words() -> None:
    made = issued()
    world = made.done.room.world
    ask = {"certificate_uuid": made.view.uuid, "now": made.now}
    for actor in (
        acting(made.done.person),
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(world.other_officer, "county_officer", OTHER_COUNTY),
    ):
        with pytest.raises(NotAllowed):
            credit_bank.ask_revocation(actor=actor, **ask, **WHY)
    with pytest.raises(UnknownRevokeReason):
        credit_bank.ask_revocation(actor=made.first, **ask, reason="because", words="x")
    with pytest.raises(WordsMissing):
        credit_bank.ask_revocation(actor=made.first, **ask, reason="fraud", words=" ")
    assert not StatusChange.objects.exists()
    revoked(made)
    with pytest.raises(AlreadyRevoked):
        credit_bank.ask_revocation(actor=made.first, **ask, **WHY)
