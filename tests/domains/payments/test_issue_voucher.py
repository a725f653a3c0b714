import pytest

from tests.domains.payments.settling import learning_scheme, officer_of
from tests.domains.payments.test_quotes import amounts, quote
from tests.worlds.small_county import HEDE, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import VoucherSchemeClosed
from xueqiao.domains.payments.models import Voucher
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def issue(world, scheme, person, actor=None):
    return payments.issue_voucher(
        actor=actor or officer_of(world), scheme_uuid=scheme.uuid, person_id=person.pk, now=world.now
    )


def test_a_campaign_voucher_counts_for_its_holder_alone():
    world = small_county()
    scheme = learning_scheme(world, kind="campaign", amount_fen=3_000)
    assert amounts(quote(world, world.rider)) == {"government": 12_000, "learner": 24_000}
    assert issue(world, scheme, world.rider).left_fen == 3_000
    issue(world, scheme, world.rider)
    assert Voucher.objects.within(ALL).count() == 1
    assert amounts(quote(world, world.rider)) == {"government": 12_000, "voucher": 3_000, "learner": 21_000}
    assert amounts(quote(world, world.elder)) == {"government": 12_000, "learner": 24_000}


def test_none_is_issued_by_a_clerk_or_of_a_closed_scheme():
    world = small_county()
    scheme = learning_scheme(world, kind="campaign")
    with pytest.raises(NotAllowed):
        issue(world, scheme, world.rider, actor=on_duty(world.clerk, "centre_clerk", HEDE))
    payments.close_voucher_scheme(actor=officer_of(world), scheme_uuid=scheme.uuid, now=world.now)
    with pytest.raises(VoucherSchemeClosed):
        issue(world, scheme, world.rider)
    assert not Voucher.objects.within(ALL).exists()
