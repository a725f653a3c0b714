from collections.abc import Callable
from datetime import datetime

from xueqiao.domains.payments.models import GatewaySecret


def keep_gateway_secret(*, gateway: str, make: Callable[[], bytes], now: datetime) -> bytes:
    """Return the gateway's sealed key material, making and storing it when there is none yet.

    Two processes that start at once agree: the first insert wins and both read it back.
    """
    row = GatewaySecret.objects.filter(gateway=gateway).first()
    if row is None:
        GatewaySecret.objects.bulk_create(
            [GatewaySecret(gateway=gateway, sealed=make(), made_at=now)], ignore_conflicts=True
        )
        row = GatewaySecret.objects.get(gateway=gateway)
    return bytes(row.sealed)
