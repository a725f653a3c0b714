"""The gateway of demonstrations and rehearsals: keeps messages and shows them on the screen, labelled 演练短信."""

from datetime import datetime, timedelta

from xueqiao.domains.people.api import ShownMessage
from xueqiao.foundation import clock
from xueqiao.gateways.messages.models import RehearsalMessage
from xueqiao.gateways.messages.texts import text_of


class RehearsalGateway:
    """Implements people's SmsGateway. Plugged in only where `XUEQIAO_DEMO=1` or `XUEQIAO_SMS=rehearsal`."""

    def send(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._keep(phone, "sms", text_of(template, values))

    def call(self, phone: str, template: str, values: dict[str, str]) -> None:
        self._keep(phone, "voice", text_of(template, values))

    def shown_on_screen(self, phone: str, since: datetime) -> list[ShownMessage]:
        rows = RehearsalMessage.objects.filter(phone=phone, sent_at__gte=since).order_by("-sent_at", "-id")[:5]
        return [ShownMessage(r.phone, r.way, r.text, r.sent_at) for r in rows]

    def _keep(self, phone: str, way: str, text: str) -> None:
        now = clock.now()
        RehearsalMessage.objects.filter(phone=phone, sent_at__lt=now - timedelta(days=1)).delete()
        RehearsalMessage.objects.create(phone=phone, way=way, text=text, sent_at=now)
