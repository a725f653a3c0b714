"""A real gateway: hands messages to the operator's own relay over HTTPS, signed; the relay talks to a network.

POST {url} with JSON {phone, way, template, values, text}; header X-Signature = hex HMAC-SHA256 of timestamp.body under
the shared key, X-Timestamp = seconds. 2xx means accepted. Counties have relays of very different vendors; this is
one shape that an operator adapts to in twenty lines.
"""

import hashlib
import hmac
import json
import time
from datetime import datetime

import httpx

from xueqiao.domains.people.api import ShownMessage
from xueqiao.gateways.messages.texts import text_of


class MessageRefused(OSError):
    """The relay did not take the message, or could not be reached."""


class RelayGateway:
    """Implements people's SmsGateway. timeout: seconds for the whole exchange."""

    def __init__(self, url: str, key: str, *, timeout_seconds: float = 5.0, client: httpx.Client | None = None) -> None:
        if not url.startswith("https://") or not key:
            raise ValueError("a message relay needs an https address and a key")
        self._url, self._key = url, key.encode()
        self._client = client or httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def send(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._post(phone, "sms", template, values)

    def call(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._post(phone, "voice", template, values)

    def shown_on_screen(self, phone: str, since: datetime) -> list[ShownMessage]:
        return []

    def _post(self, phone: str, way: str, template: str, values: dict[str, str]) -> None:
        body = json.dumps(
            {"phone": phone, "way": way, "template": template, "values": values, "text": text_of(template, values)},
            ensure_ascii=False,
        ).encode()
        moment = str(int(time.time()))
        signature = hmac.new(self._key, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Timestamp": moment, "X-Signature": signature}
        try:
            answer = self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as broken:
            raise MessageRefused(f"message relay: {type(broken).__name__}") from broken
        if not answer.is_success:
            raise MessageRefused(f"message relay answered {answer.status_code}")


class NoGateway:
    """What is plugged in when nothing was set up: every message is refused, so that nobody waits for one."""

    def send(self, phone: str, template: str, values: dict[str, str]) -> None:
        raise MessageRefused("no message gateway is set up: XUEQIAO_SMS")

    call = send

    def shown_on_screen(self, phone: str, since: datetime) -> list[ShownMessage]:
        return []
