"""Our signatures of WeChat Pay v3 against the vectors of Tencent's own SDK, and against openssl.

The SDK's seal vectors use a 16-byte key (AES-128-GCM): the platform hands out 32 bytes only, the algorithm is the same.
"""

import base64
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from xueqiao.domains.payments.ports import MessageStale, SignatureFailed
from xueqiao.gateways.payments import wechat_v3

VECTORS = json.loads((Path(__file__).parent / "vectors" / "wechatpay.json").read_text())
NOTE = VECTORS["notification"]
CERTIFICATE = x509.load_pem_x509_certificate(NOTE["certificate"].encode())
SENT = datetime.fromtimestamp(int(NOTE["headers"]["wechatpay-timestamp"]), UTC)


def key_of(serial):
    return CERTIFICATE.public_key() if serial == f"{CERTIFICATE.serial_number:X}" else None


def test_the_signature_is_the_sdks():
    vector = VECTORS["sign"]
    key = load_pem_private_key(vector["private_key"].encode(), password=None)
    assert wechat_v3.sign(key, vector["text"].encode()) == vector["signature"]


def test_a_sealed_part_opens_as_in_the_sdk():
    vector = VECTORS["seal"]
    resource = {**vector, "algorithm": "AEAD_AES_256_GCM"}
    assert wechat_v3.unseal(resource, vector["api_key"].encode()).decode() == vector["plain"]
    for change in ({"ciphertext": "SGVsbG8gV29ybGQK"}, {"ciphertext": "%"}, {"nonce": ""}, {"algorithm": "none"}):
        with pytest.raises(SignatureFailed):
            wechat_v3.unseal(resource | change, vector["api_key"].encode())
    with pytest.raises(SignatureFailed):
        wechat_v3.unseal(resource, b"testAPIv3Key1111")


def test_the_sdks_notification_is_verified_and_opens():
    wechat_v3.require_signed(NOTE["headers"], NOTE["body"].encode(), public_key_of=key_of, now=SENT)
    opened = wechat_v3.unseal(json.loads(NOTE["body"])["resource"], NOTE["api_key"].encode())
    assert opened.decode() == NOTE["plain"]


@pytest.mark.parametrize(
    "change",
    [
        {"wechatpay-nonce": "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBy"},
        {"wechatpay-timestamp": "1624523847"},
        {"wechatpay-serial": "D7CE59D1F522D702"},
        {"wechatpay-signature": ""},
        {"wechatpay-signature": "WECHATPAY/SIGNTEST/" + NOTE["headers"]["wechatpay-signature"]},
        {"wechatpay-signature-type": "WECHATPAY2-SM2-WITH-SM3"},
    ],
)
def test_a_changed_notification_is_refused(change):
    with pytest.raises(SignatureFailed):
        wechat_v3.require_signed(NOTE["headers"] | change, NOTE["body"].encode(), public_key_of=key_of, now=SENT)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_the_window_is_five_minutes(seconds):
    moment = SENT + timedelta(seconds=seconds)
    with pytest.raises(MessageStale):
        wechat_v3.require_signed(NOTE["headers"], NOTE["body"].encode(), public_key_of=key_of, now=moment)


def test_the_sdks_certificate_list_opens_to_its_certificate():
    vector = VECTORS["certificates"]
    sealed = json.loads(vector["body"])["data"][0]["encrypt_certificate"]
    opened = wechat_v3.unseal(sealed, vector["api_key"].encode())
    assert x509.load_pem_x509_certificate(opened) == CERTIFICATE


def test_a_request_is_signed_as_documented():
    """The text of the documentation's own example, "GET /v3/certificates", signed with the SDK's key."""
    key = load_pem_private_key(VECTORS["sign"]["private_key"].encode(), password=None)
    header = wechat_v3.authorization(
        key=key,
        merchant="1900009191",
        serial="1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
        method="GET",
        target="/v3/certificates",
        body="",
        moment=1554208460,
        nonce="593BEC0C930BF1AFEB40B4A08C8FB242",
    )
    text = b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
    assert header == (
        'WECHATPAY2-SHA256-RSA2048 mchid="1900009191",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",'
        f'signature="{wechat_v3.sign(key, text)}",timestamp="1554208460",'
        'serial_no="1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"'
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the independent implementation")
def test_openssl_agrees(tmp_path):
    key = load_pem_private_key(VECTORS["sign"]["private_key"].encode(), password=None)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, content in (
        ("key.pem", VECTORS["sign"]["private_key"].encode()),
        ("public.pem", public),
        ("text", wechat_v3.signed_text("1554208460", "nonce", "{}")),
    ):
        (tmp_path / name).write_bytes(content)
    theirs = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", "key.pem", "text"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    ours = wechat_v3.sign(key, (tmp_path / "text").read_bytes())
    assert base64.b64encode(theirs).decode() == ours


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the independent implementation")
def test_what_opens_the_till_inside_wechat_is_signed_as_documented(tmp_path):
    """The values and the four lines of the documentation's own example ("JSAPI调起支付签名"), signed by openssl."""
    documented = (
        "wx8888888888888888\n1414561699\n5K8264ILTKCH16CQ2502SI8ZNMTM67VS\n"
        "prepay_id=wx201410272009395522657a690389285100\n"
    )
    (tmp_path / "key.pem").write_text(VECTORS["sign"]["private_key"])
    (tmp_path / "text").write_text(documented)
    theirs = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", "key.pem", "text"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert wechat_v3.inside_parameters(
        load_pem_private_key(VECTORS["sign"]["private_key"].encode(), password=None),
        app_id="wx8888888888888888",
        prepay_id="wx201410272009395522657a690389285100",
        moment=1414561699,
        nonce="5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
    ) == {
        "appId": "wx8888888888888888",
        "timeStamp": "1414561699",
        "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
        "package": "prepay_id=wx201410272009395522657a690389285100",
        "signType": "RSA",
        "paySign": base64.b64encode(theirs).decode(),
    }
