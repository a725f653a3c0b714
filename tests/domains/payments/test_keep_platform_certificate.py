from datetime import timedelta

import pytest

from tests.worlds.small_county import NOW
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def keep(serial, pem, begin=NOW):
    payments.keep_platform_certificate(
        gateway="wechat", serial=serial, pem=pem, valid_from=begin, valid_to=begin + timedelta(days=365), now=NOW
    )


def test_a_certificate_is_kept_once_and_never_replaced():
    keep("A1", "first")
    keep("A1", "another")
    keep("B2", "second", NOW + timedelta(days=1))
    assert payments.platform_certificates("wechat") == {"B2": "second", "A1": "first"}
    assert payments.platform_certificates("alipay") == {}
