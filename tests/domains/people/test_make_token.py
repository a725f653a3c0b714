from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import account_of_token, make_token, require_token_scope, tokens_of
from xueqiao.domains.people.errors import ScopeNotGranted, TokenInvalid, TooManyTokens
from xueqiao.domains.people.models import ApiToken
from xueqiao.foundation.reasons import InvalidInput, NotAllowed


def make(world, **fields):
    return make_token(
        actor=as_actor(world.elder), **({"label": "日历", "scopes": ["read"], "now": NOW, "days": 30} | fields)
    )


def test_a_token_opens_its_owners_account_until_it_runs_out(world):
    made = make(world)
    account, scopes = account_of_token(made.token, now=NOW)
    assert (account.person_id, scopes) == (world.elder.id, {"read"})
    assert made.token.encode() not in bytes(ApiToken.objects.get().token_hash)
    require_token_scope(scopes, "read")
    with pytest.raises(ScopeNotGranted):
        require_token_scope(scopes, "enrol")
    with pytest.raises(TokenInvalid):
        account_of_token(made.token, now=NOW + timedelta(days=30))
    assert [t.label for t in tokens_of(account.pk, now=NOW)] == ["日历"]
    assert len(deeds("make_token")) == 1


@pytest.mark.parametrize("fields", [{"scopes": []}, {"scopes": ["all"]}, {"label": " "}, {"days": 0}, {"days": 999}])
def test_odd_tokens_are_not_made(world, fields):
    with pytest.raises(InvalidInput):
        make(world, **fields)
    assert not ApiToken.objects.exists()


def test_ten_live_tokens_at_most_and_none_for_visitors(world):
    for _ in range(10):
        make(world)
    with pytest.raises(TooManyTokens):
        make(world)
    with pytest.raises(NotAllowed):
        make_token(actor=VISITOR, label="x", scopes=["read"], now=NOW)
