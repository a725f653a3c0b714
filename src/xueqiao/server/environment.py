"""The settings that come from the environment: one registry, so that none stays undocumented.

docs/reference/settings.md is made from it (`python -m xueqiao.server.reference`); a test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what it defaults to, and what it means in a sentence."""

    name: str
    default: str
    meaning: str

    def read(self) -> str:
        return os.environ.get(self.name, self.default)

    def is_on(self) -> bool:
        """True for 1, true, yes and on."""
        return self.read().lower() in {"1", "true", "yes", "on"}


_variables: dict[str, Variable] = {}


def variable(name: str, default: str, meaning: str) -> Variable:
    """Declare an environment variable; a second declaration of the same name is a slip."""
    if name in _variables:
        raise ValueError(f"{name} is declared twice")
    _variables[name] = Variable(name, default, meaning)
    return _variables[name]


def known_variables() -> list[Variable]:
    """Return all declared variables, by name."""
    return [_variables[name] for name in sorted(_variables)]


DATABASE_URL = variable(
    "DATABASE_URL",
    "",
    "PostgreSQL server to use: postgresql://user:password@host:port/name, or ?host=/folder for a socket. "
    "Empty: the embedded PostgreSQL 18 in the platform's folder.",
)
HOME = variable(
    "XUEQIAO_HOME",
    "",
    "The platform's folder: database, secret key, media, backups. Empty: the user's data folder; /var/lib/xueqiao for "
    "root.",
)
DEMO = variable("XUEQIAO_DEMO", "", "1: a demo region. Every page says so, and people may enter by one-time links.")
SECRET_KEY = variable(
    "XUEQIAO_SECRET_KEY", "", "At least 50 random characters. Empty: the file secret_key in the platform's folder."
)
HOSTS = variable("XUEQIAO_HOSTS", "127.0.0.1,localhost", "Host names this site answers to, separated by commas.")
ORIGINS = variable(
    "XUEQIAO_ORIGINS",
    "",
    "Origins trusted for forms behind a proxy, such as https://learn.example.org; commas between.",
)
HTTPS = variable(
    "XUEQIAO_HTTPS",
    "",
    "1: every page only over HTTPS, with HSTS and secure cookies. 0: plain HTTP. Empty: 1, except in demo mode.",
)
HSTS_SECONDS = variable("XUEQIAO_HSTS_SECONDS", "31536000", "How long browsers insist on HTTPS, in seconds; 0: never.")
TRUSTED_PROXY = variable(
    "XUEQIAO_TRUSTED_PROXY",
    "",
    "1: a proxy in front sets X-Forwarded-Proto and X-Forwarded-For and removes what clients send under these names.",
)
STATIC_FOLDER = variable(
    "XUEQIAO_STATIC_FOLDER",
    "",
    "Folder of collected static files; set by `xueqiao up`. Empty: served from the package.",
)
MEDIA_FOLDER = variable("XUEQIAO_MEDIA_FOLDER", "", "Folder of uploaded files. Empty: media in the platform's folder.")
CLOCK_OFFSET = variable(
    "XUEQIAO_CLOCK_OFFSET_SECONDS",
    "0",
    "By how many seconds a demo region runs ahead of real time; set by `xueqiao up`.",
)
LOG_LEVEL = variable("XUEQIAO_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")
SITE_OWNER = variable("XUEQIAO_SITE_OWNER", "", "Who answers for this site; shown in the official strip on every page.")
VC_API = variable(
    "XUEQIAO_VC_API",
    "",
    "1: answer /vc-api/ for outside test suites of credentials, with a key nobody trusts. Never on a real region.",
)
PUBLIC_URL = variable(
    "XUEQIAO_PUBLIC_URL", "", "https://host of this site as the public reaches it; printed on certificates and slips."
)
HELP_PHONE = variable("XUEQIAO_HELP_PHONE", "12345", "Telephone number for help, shown on every page.")
MAP_REVIEW_NUMBER = variable(
    "XUEQIAO_MAP_REVIEW_NUMBER", "", "审图号 of the reviewed map. Empty: pictures of a county show no boundary."
)
SMS = variable(
    "XUEQIAO_SMS",
    "",
    "How codes reach phones. relay: through your own relay; rehearsal: shown on the screen, as in demo mode. "
    "Empty: not at all.",
)
SMS_RELAY_URL = variable("XUEQIAO_SMS_RELAY_URL", "", "https address of the message relay, for XUEQIAO_SMS=relay.")
SMS_RELAY_KEY = variable("XUEQIAO_SMS_RELAY_KEY", "", "Shared key that signs what is sent to the message relay.")
PAYMENTS = variable(
    "XUEQIAO_PAYMENTS",
    "rehearsal",
    "Ways to pay online, commas between: rehearsal (no money moves, pages say so), wechat, alipay. Cash at the counter "
    "and bank transfer are always there.",
)
PAYMENT_KEYS = variable(
    "XUEQIAO_PAYMENT_KEYS",
    "",
    "Folder with a folder of key files for each payment company. Empty: keys in the platform's folder.",
)
WECHATPAY_MERCHANT = variable("XUEQIAO_WECHATPAY_MERCHANT", "", "WeChat Pay: the merchant number (mchid).")
WECHATPAY_APP_ID = variable("XUEQIAO_WECHATPAY_APP_ID", "", "WeChat Pay: the app id bound to the merchant.")
WECHATPAY_SERIAL = variable("XUEQIAO_WECHATPAY_SERIAL", "", "WeChat Pay: serial of the merchant's API certificate.")
WECHATPAY_PUBLIC_KEY_ID = variable(
    "XUEQIAO_WECHATPAY_PUBLIC_KEY_ID",
    "",
    "WeChat Pay: id of the platform's public key, PUB_KEY_ID_... Empty: platform certificates, fetched and changed by "
    "themselves.",
)
ALIPAY_APP_ID = variable("XUEQIAO_ALIPAY_APP_ID", "", "Alipay: the app id.")
ALIPAY_SELLER_ID = variable("XUEQIAO_ALIPAY_SELLER_ID", "", "Alipay: the seller's user id, 2088...")
