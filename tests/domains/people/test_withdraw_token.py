from uuid import uuid4

import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import account_of_token, make_token, withdraw_token
from xueqiao.domains.people.errors import TokenInvalid
from xueqiao.foundation.reasons import NotFound


def test_only_the_owner_takes_a_token_back_and_it_is_worth_nothing_then(world):
    made = make_token(actor=as_actor(world.elder), label="x", scopes=["read"], now=NOW)
    for who, uuid in ((world.rider, made.uuid), (world.elder, uuid4())):
        with pytest.raises(NotFound):
            withdraw_token(actor=as_actor(who), token_uuid=uuid, now=NOW)
    account_of_token(made.token, now=NOW)
    for _ in range(2):
        withdraw_token(actor=as_actor(world.elder), token_uuid=made.uuid, now=NOW)
    with pytest.raises(TokenInvalid):
        account_of_token(made.token, now=NOW)
    assert len(deeds("withdraw_token")) == 1
