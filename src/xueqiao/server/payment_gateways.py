"""Which ways to pay this installation has, from settings and key files; and what is missing for those it should have.

Key files lie in a folder per company, named as the company hands them out:

    wechat/   apiclient_key.pem, api_v3_key, and pub_key.pem when a public key id is set; app_secret of the service
              account, for paying inside WeChat
    alipay/   app_private_key, and alipay_public_key or (certificate mode) appCertPublicKey.crt,
              alipayCertPublicKey_RSA2.crt, alipayRootCert.crt

A file may instead be sealed with the server's secret, as NAME.sealed (`xueqiao payments seal-keys`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from xueqiao.server import environment
from xueqiao.server.home import Home

if TYPE_CHECKING:
    from xueqiao.domains.payments.ports import PayerLookup, PaymentGateway

log = logging.getLogger(__name__)

ONLINE = ("rehearsal", "wechat", "alipay")
SECRET_FILES = {"wechat": ("apiclient_key.pem", "api_v3_key", "app_secret"), "alipay": ("app_private_key",)}


class KeysMissing(Exception):
    """A gateway cannot be set up. parts: what is missing or wrong, each in a word an operator knows."""

    def __init__(self, *parts: str) -> None:
        super().__init__(", ".join(parts))
        self.parts = parts


@dataclass(frozen=True)
class GatewayStanding:
    """How one way to pay stands. mode: rehearsal, real, off or broken. missing: what an operator must bring.

    wanting: without it the way works, but not everywhere.
    """

    name: str
    mode: str
    missing: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()  # key files that other users of the machine may read
    wanting: tuple[str, ...] = ()


def wanted_gateways() -> list[str]:
    """Names from the setting, in its order."""
    return [word.strip() for word in environment.PAYMENTS.read().split(",") if word.strip()]


def keys_folder(name: str) -> Path:
    named = environment.PAYMENT_KEYS.read()
    return (Path(named) if named else Home.chosen().folder / "keys") / name


def standings() -> list[GatewayStanding]:
    """How each online way to pay stands, by trying to set it up. For `xueqiao doctor`; asks no network."""
    wanted = wanted_gateways()
    found = []
    for name in [*ONLINE, *(word for word in wanted if word not in ONLINE)]:
        if name not in wanted:
            found.append(GatewayStanding(name, "off"))
        elif name == "rehearsal":
            found.append(GatewayStanding(name, "rehearsal"))
        else:
            try:
                real_gateway(name)
            except KeysMissing as failure:
                found.append(GatewayStanding(name, "broken", failure.parts))
            else:
                is_whole = name != "wechat" or bool(payer_lookups())
                wanting = () if is_whole else (str(keys_folder(name) / "app_secret"),)
                found.append(GatewayStanding(name, "real", exposed=_exposed(name), wanting=wanting))
    return found


def real_gateways() -> list[PaymentGateway]:
    """The real gateways that are wanted and can be set up; one that cannot is logged and left out."""
    gateways = []
    for name in wanted_gateways():
        if name == "rehearsal":
            continue
        try:
            gateways.append(real_gateway(name))
        except KeysMissing as failure:
            log.error("payment gateway %s is not set up: %s", name, failure)
    return gateways


def real_gateway(name: str) -> PaymentGateway:
    """Set one up. Raises KeysMissing with everything that is missing at once."""
    makers: dict[str, Callable[[], PaymentGateway]] = {"wechat": _wechat, "alipay": _alipay}
    if name not in makers:
        raise KeysMissing("XUEQIAO_PAYMENTS")
    if not settings.PUBLIC_URL.startswith("https://"):
        raise KeysMissing("XUEQIAO_PUBLIC_URL (https)")
    return makers[name]()


def payer_lookups() -> dict[str, PayerLookup]:
    """Who says who pays inside an app, by gateway: WeChat, when it is wanted and its app secret is there."""
    from xueqiao.gateways.payments.sealing import SealBroken  # noqa: PLC0415 - heavy
    from xueqiao.gateways.payments.wechat_payers import WechatPayers  # noqa: PLC0415

    if "wechat" not in wanted_gateways():
        return {}
    try:
        secret = read_key("wechat", "app_secret")
    except (OSError, SealBroken):
        return {}
    app_id = environment.WECHATPAY_APP_ID.read()
    return {"wechat": WechatPayers(app_id=app_id, app_secret=secret, site=settings.PUBLIC_URL)} if secret else {}


def read_key(name: str, file: str) -> str:
    """A key file's text, plain or sealed. Raises FileNotFoundError, or SealBroken for another server's seal."""
    from xueqiao.gateways.payments.sealing import open_sealed  # noqa: PLC0415 - heavy

    sealed = keys_folder(name) / f"{file}.sealed"
    if sealed.exists():
        return open_sealed(sealed.read_bytes(), secret=settings.SECRET_KEY, purpose=seal_purpose(name, file)).decode()
    return (keys_folder(name) / file).read_text().strip()


def seal_purpose(name: str, file: str) -> str:
    return f"xueqiao.keys.{name}.{file}"


def seal_keys(name: str) -> list[str]:
    """Seal the secret files of one company beside themselves and remove the plain ones; return their names."""
    from xueqiao.gateways.payments.sealing import seal  # noqa: PLC0415 - heavy

    done = []
    for file in SECRET_FILES[name]:
        plain = keys_folder(name) / file
        if plain.exists():
            sealed = seal(plain.read_bytes().strip(), secret=settings.SECRET_KEY, purpose=seal_purpose(name, file))
            target = plain.with_name(f"{file}.sealed")
            target.touch(mode=0o600)
            target.write_bytes(sealed)
            plain.unlink()
            done.append(file)
    return done


def _wechat() -> PaymentGateway:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
        load_pem_public_key,
    )

    from xueqiao.domains.payments.api import keep_platform_certificate, platform_certificates  # noqa: PLC0415
    from xueqiao.gateways.payments.wechat import WechatGateway, WechatMerchant  # noqa: PLC0415

    key_id = environment.WECHATPAY_PUBLIC_KEY_ID.read()
    files = ["apiclient_key.pem", "api_v3_key", *(["pub_key.pem"] if key_id else [])]
    said, texts = _gather(
        "wechat", [environment.WECHATPAY_MERCHANT, environment.WECHATPAY_APP_ID, environment.WECHATPAY_SERIAL], files
    )
    try:
        key = load_pem_private_key(texts["apiclient_key.pem"].encode(), password=None)
        public = load_pem_public_key(texts["pub_key.pem"].encode()) if key_id else None
    except ValueError as failure:
        raise KeysMissing("apiclient_key.pem / pub_key.pem") from failure
    if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(public, rsa.RSAPublicKey | None):
        raise KeysMissing("apiclient_key.pem / pub_key.pem (RSA)")
    if len(texts["api_v3_key"].encode()) != 32:
        raise KeysMissing("api_v3_key (32 bytes)")
    merchant, app_id, serial = said
    return WechatGateway(
        WechatMerchant(
            merchant=merchant,
            app_id=app_id,
            serial=serial,
            private_key=key,
            api_key=texts["api_v3_key"].encode(),
            public_keys={key_id: public} if public else {},
            site=settings.PUBLIC_URL,
        ),
        certificates=lambda: platform_certificates("wechat"),
        keep_certificate=keep_platform_certificate,
    )


def _alipay() -> PaymentGateway:
    from xueqiao.gateways.payments import alipay  # noqa: PLC0415 - heavy

    is_by_certificate = (keys_folder("alipay") / "alipayCertPublicKey_RSA2.crt").exists()
    public_file = "alipayCertPublicKey_RSA2.crt" if is_by_certificate else "alipay_public_key"
    files = ["app_private_key", public_file]
    files += ["appCertPublicKey.crt", "alipayRootCert.crt"] if is_by_certificate else []
    (app_id, seller_id), texts = _gather("alipay", [environment.ALIPAY_APP_ID, environment.ALIPAY_SELLER_ID], files)
    try:
        merchant = alipay.AlipayMerchant(
            app_id=app_id,
            seller_id=seller_id,
            private_key=alipay.load_key(texts["app_private_key"]),
            public_key=alipay.load_public_key(texts[public_file]),
            site=settings.PUBLIC_URL,
            app_serial=alipay.certificate_serial(texts["appCertPublicKey.crt"]) if is_by_certificate else "",
            root_serial=alipay.certificate_serial(texts["alipayRootCert.crt"], is_root=True)
            if is_by_certificate
            else "",
        )
    except ValueError as failure:
        raise KeysMissing("app_private_key / alipay_public_key") from failure
    return alipay.AlipayGateway(merchant)


def _gather(name: str, variables: list[environment.Variable], files: list[str]) -> tuple[list[str], dict[str, str]]:
    """All settings and files of one gateway, or KeysMissing with all that is missing."""
    from xueqiao.gateways.payments.sealing import SealBroken  # noqa: PLC0415 - heavy

    missing = [variable.name for variable in variables if not variable.read()]
    texts = {}
    for file in files:
        try:
            texts[file] = read_key(name, file)
        except (OSError, SealBroken):
            missing.append(str(keys_folder(name) / file))
    if missing:
        raise KeysMissing(*missing)
    return [variable.read() for variable in variables], texts


def _exposed(name: str) -> tuple[str, ...]:
    files = [keys_folder(name) / file for file in SECRET_FILES[name]]
    return tuple(str(file) for file in files if file.exists() and file.stat().st_mode & 0o077)
