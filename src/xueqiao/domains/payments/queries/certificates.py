"""Reads of the public keys gateways sign with."""

from xueqiao.domains.payments.models import PlatformCertificate


def platform_certificates(gateway: str) -> dict[str, str]:
    """PEM by serial, newest first, at most 20."""
    rows = PlatformCertificate.objects.filter(gateway=gateway).order_by("-valid_from")[:20]
    return {row.serial: row.pem for row in rows}
