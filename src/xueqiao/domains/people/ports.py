"""What people needs from outside: somebody who carries messages."""

from datetime import datetime
from typing import Protocol

from xueqiao.domains.people.values import ShownMessage
from xueqiao.foundation.ports import Port


class SmsGateway(Protocol):
    """Carries short messages and voice calls made from approved templates.

    template: sign_in_code {code, minutes}, family_code {code, minutes, agent}, guardian_notice {child},
    family_ended {agent}, and those of notices. Raises OSError (or a subclass) when the message was not accepted.
    """

    def send(self, phone: str, template: str, values: dict[str, str]) -> None:
        """Send one short message."""

    def call(self, phone: str, template: str, values: dict[str, str]) -> None:
        """Read the same message aloud in a phone call (E8: a code never needs good eyes)."""

    def shown_on_screen(self, phone: str, since: datetime) -> list[ShownMessage]:
        """Messages a rehearsal shows on the screen instead of sending. A real gateway returns an empty list."""


sms_gateway: Port[SmsGateway] = Port("people.sms")
