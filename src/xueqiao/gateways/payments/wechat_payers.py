"""WeChat says who is paying inside it: OAuth with the silent scope `snsapi_base`, which asks the payer nothing.

Sources: developers.weixin.qq.com, "网页授权". The answer also holds tokens; they are dropped at once, because all that
is needed is the openid, and that only to name the payer in one order.
"""

import json
import logging
import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx

from xueqiao.domains.payments.ports import GatewayUnreachable, PayerUnknown

log = logging.getLogger(__name__)

AUTHORISE = "https://open.weixin.qq.com/connect/oauth2/authorize"
HOST = "https://api.weixin.qq.com"
SPENT = {40029, 40163, 41008}  # invalid code, code been used, missing code: the payer presses once more
ANSWER_BYTES_MAX = 16 * 1024
CODE = re.compile(r"[A-Za-z0-9_-]{8,128}")
OPENID = re.compile(r"[A-Za-z0-9_-]{16,64}")


class WechatPayers:
    """Implements `ports.PayerLookup`. site: https://host of this platform, as entered at WeChat (网页授权域名)."""

    def __init__(self, *, app_id: str, app_secret: str, site: str, client: httpx.Client | None = None) -> None:
        self._app_id, self._secret, self._site = app_id, app_secret, site
        # An answer takes a tenth of a second; a resident waits for it, and so does a thread of the web process.
        self._client = client or httpx.Client(timeout=3.0, follow_redirects=False)

    def authorise_address(self, *, payment_uuid: UUID, back: str, state: str) -> str:
        """The order of the parameters and the fragment are WeChat's: with others it says redirect_uri is wrong."""
        asked = {
            "appid": self._app_id,
            "redirect_uri": f"{self._site}{back}",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{AUTHORISE}?{urlencode(asked)}#wechat_redirect"

    def payer_of(self, code: str) -> str:
        """The openid behind a code. What is not of the form of a code is not asked about.

        The secret stands in the address, as WeChat wants it, so no address is ever logged or put into an exception.
        """
        if not CODE.fullmatch(code):
            raise PayerUnknown("not a code")
        said = self._ask(code)
        number = said.get("errcode", 0)
        if isinstance(number, int) and number in SPENT:
            raise PayerUnknown(str(number))
        if number != 0:
            # 40013, 40125, 41002, 41004, 48001, 50001: app id, secret or rights are wrong. -1, 45011: busy.
            log.error("WeChat does not say who pays: errcode %s", number)
            raise GatewayUnreachable(f"errcode {number}")
        openid = said.get("openid")
        if not isinstance(openid, str) or not OPENID.fullmatch(openid):
            raise GatewayUnreachable("an answer without an openid")
        return openid

    def _ask(self, code: str) -> dict[str, Any]:
        asked = {"appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}
        try:
            response = self._client.get(f"{HOST}/sns/oauth2/access_token", params=asked)
        except httpx.HTTPError as broken:
            raise GatewayUnreachable(type(broken).__name__) from None
        if response.status_code != 200 or len(response.content) > ANSWER_BYTES_MAX:
            raise GatewayUnreachable(f"answered {response.status_code}")
        try:
            said = json.loads(response.content)  # as text/plain
        except (ValueError, RecursionError):
            raise GatewayUnreachable("an answer of an unknown form") from None
        if not isinstance(said, dict):
            raise GatewayUnreachable("an answer of an unknown form")
        return said
