from datetime import datetime

from xueqiao.domains.payments.models import PlatformCertificate


def keep_platform_certificate(
    *, gateway: str, serial: str, pem: str, valid_from: datetime, valid_to: datetime, now: datetime
) -> None:
    """Keep a public certificate of a gateway; one that is kept already stays as it is."""
    PlatformCertificate.objects.bulk_create(
        [
            PlatformCertificate(
                gateway=gateway, serial=serial, pem=pem, valid_from=valid_from, valid_to=valid_to, kept_at=now
            )
        ],
        ignore_conflicts=True,
    )
