"""What hangs on a certificate and has an address of its own: list, receipt, request to revoke, link."""

from tests.worlds.small_county import NOW
from xueqiao.domains.credits import api as credits
from xueqiao.domains.credits.models import CertificateShare, StatusPlace
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

SYSTEM = Actor.system("test")


def certificate_objects(owner: Person, certificate: credits.CertificateView) -> dict[str, dict[str, object]]:
    """Return kind -> arguments of its address."""
    credits.seal_certificates(now=NOW)
    place = StatusPlace.objects.get(certificate_id=certificate.id)
    change = credits.ask_revocation(
        actor=SYSTEM, certificate_uuid=certificate.uuid, reason="fraud", words="查", now=NOW
    )
    token = credits.share_certificates(
        actor=SYSTEM,
        person_id=owner.pk,
        certificate_uuids=[certificate.uuid],
        scope="summary",
        days=7,
        now=NOW,
    )
    share = CertificateShare.objects.within(Scope.everything("test")).get(person=owner)
    return {
        "sealed": {"code": certificate.code},
        "status_list": {"number": place.status_list_id, "purpose": "revocation"},
        "change": {"change_uuid": change.uuid},
        "share": {"share_uuid": share.uuid},
        "share_token": {"token": token},
    }
