"""Our RSA2 against the vectors of Alipay's own SDK, and against openssl where the vendor publishes no full vector.

Alipay publishes a signed notification and certificates with their serials. It publishes no signed request with its
private key whose text is fixed, so a request's signature is compared with openssl's.
"""

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from xueqiao.domains.payments.ports import MessageStale, PaymentOrder, SignatureFailed
from xueqiao.gateways.payments import alipay

VECTORS = json.loads((Path(__file__).parent / "vectors" / "alipay.json").read_text())
NOTE = VECTORS["notification"]
SAID = NOTE["parameters"]
SENT = datetime(2019, 8, 15, 7, 56, 25, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def gateway(**changes):
    parts = {
        "app_id": SAID["app_id"],
        "seller_id": SAID["seller_id"],
        "private_key": KEY,
        "public_key": alipay.load_public_key(NOTE["public_key"]),
        "site": "https://learn.example.org",
    }
    return alipay.AlipayGateway(alipay.AlipayMerchant(**(parts | changes)))


def read(said, now=SENT):
    return gateway().read_callback(headers={}, body=urlencode(said).encode(), now=now)


def test_alipays_own_notification_is_verified_and_read():
    message = read(SAID)
    assert (message.order_code, message.amount_fen, message.currency) == ("20190815155618536-564-57", 10, "CNY")
    assert (message.state, message.message_id) == ("SUCCESS", SAID["notify_id"])
    assert message.merchant == gateway().merchant


@pytest.mark.parametrize("name", sorted(set(SAID) - {"sign", "sign_type"}))
def test_every_parameter_is_covered_by_the_signature(name):
    with pytest.raises(SignatureFailed):
        read(SAID | {name: SAID[name] + "1"})
    with pytest.raises(SignatureFailed):
        read({key: value for key, value in SAID.items() if key != name})


def test_a_parameter_that_comes_twice_is_refused():
    body = urlencode([*SAID.items(), ("total_amount", "0.10")]).encode()
    with pytest.raises(SignatureFailed):
        gateway().read_callback(headers={}, body=body, now=SENT)


def test_it_is_too_old_after_a_day():
    with pytest.raises(MessageStale):
        read(SAID, now=SENT + timedelta(hours=27))


def test_serials_of_certificates_are_alipays():
    known = VECTORS["certificates"]
    assert alipay.certificate_serial(known["app"]) == known["app_serial"]
    assert alipay.certificate_serial(known["alipay"]) == known["alipay_serial"]
    assert alipay.certificate_serial(known["root"], is_root=True) == known["root_serial"]
    assert alipay.load_public_key(known["alipay"]).key_size == 2048


@pytest.mark.parametrize("form", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8])
def test_keys_are_read_in_every_form_the_tools_write(form):
    pem = KEY.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    bare = base64.b64encode(KEY.private_bytes(Encoding.DER, form, NoEncryption())).decode()
    for text in (pem, bare):
        assert alipay.load_key(text).private_numbers() == KEY.private_numbers()
    with pytest.raises(ValueError, match=r".+"):
        alipay.load_key("not a key")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the independent implementation")
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_openssl_verifies_the_address_of_a_pay_page(tmp_path, device):
    order = PaymentOrder(UUID(int=7), "B2603040000017-1", "手机支付与防诈骗", 24000, "alipay", SENT, device)
    address = gateway(app_serial="a" * 32, root_serial="b" * 32).start(order, now=SENT).address
    said = dict(parse_qsl(urlsplit(address).query))
    content = "&".join(f"{name}={said[name]}" for name in sorted(said) if name != "sign")
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, raw in (("public.pem", public), ("text", content.encode()), ("sign", base64.b64decode(said["sign"]))):
        (tmp_path / name).write_bytes(raw)
    command = ["openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "sign", "text"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout == b"Verified OK\n"
    business = json.loads(said["biz_content"])
    assert (business["total_amount"], business["out_trade_no"]) == ("240.00", "B2603040000017-1")
    assert said["method"] == ("alipay.trade.wap.pay" if device == "phone" else "alipay.trade.page.pay")


def test_the_signed_part_is_taken_as_it_was_sent():
    text = '{"sign":"x", "alipay_trade_query_response" : {"code":"10000","msg":"a\\"}b","n":{"x": 1}} ,"y":{}}'
    assert alipay.signed_part(text, "alipay_trade_query_response") == '{"code":"10000","msg":"a\\"}b","n":{"x": 1}}'
    with pytest.raises(ValueError, match=r".+"):
        alipay.signed_part("{}", "alipay_trade_query_response")
