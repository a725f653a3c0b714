import pytest
from django.test import Client

from tests.domains.people.conftest import VISITOR, as_actor, deeds
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import account_of_token, leave_all_devices, make_token
from xueqiao.domains.people.errors import TokenInvalid
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotAllowed


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_every_session_and_token_ends_and_nobody_elses(world):
    phone, tablet, other = signed_in(world.elder), signed_in(world.elder), signed_in(world.daughter)
    with clock.frozen(NOW):
        token = make_token(actor=as_actor(world.elder), label="t", scopes=["read"], now=NOW).token
        assert is_in(phone) and is_in(tablet) and is_in(other)
        leave_all_devices(actor=as_actor(world.elder), now=NOW)
        assert not is_in(phone) and not is_in(tablet) and is_in(other)
    with pytest.raises(TokenInvalid):
        account_of_token(token, now=NOW)
    assert len(deeds("leave_all_devices")) == 1


def test_visitors_have_nothing_to_leave(world):
    with pytest.raises(NotAllowed):
        leave_all_devices(actor=VISITOR, now=NOW)
