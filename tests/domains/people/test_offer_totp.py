import base64

import pyotp
import pytest
from django.conf import settings

from tests.worlds.small_county import NOW
from xueqiao.domains.people import factors
from xueqiao.domains.people.api import offer_totp
from xueqiao.domains.people.models import Account, SecondFactor


def test_the_offer_is_sealed_for_one_account_and_stores_nothing(world):
    mine, other = Account.objects.get(person=world.clerk), Account.objects.get(person=world.officer)
    offer = offer_totp(account_id=mine.pk)
    assert pyotp.parse_uri(offer.uri).secret == offer.secret and not SecondFactor.objects.exists()
    sealed = base64.urlsafe_b64decode(offer.sealed)
    assert factors.unseal(settings.SECRET_KEY, mine.pk, sealed).decode() == offer.secret
    for key, account, blob in (
        (settings.SECRET_KEY, other.pk, sealed),
        ("another key", mine.pk, sealed),
        (settings.SECRET_KEY, mine.pk, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(ValueError, match="not sealed"):
            factors.unseal(key, account, blob)
    assert NOW and world.clerk.phone not in offer.uri
