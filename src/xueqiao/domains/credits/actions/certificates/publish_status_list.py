"""Hand out a status list, signed."""

from datetime import datetime, timedelta

from django.conf import settings

from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key, signer_in
from xueqiao.domains.credits.errors.standing import ListUnknown
from xueqiao.domains.credits.models import PublishedList, StatusList
from xueqiao.domains.credits.queries.standing import places_set, status_address
from xueqiao.domains.credits.signing.credential import moment_text, text_of
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.signing.proof import RDFC, SM2_JCS, with_proofs
from xueqiao.domains.credits.signing.status_list import PURPOSES, list_credential
from xueqiao.foundation.audit.values import Actor

FRESH_FOR = timedelta(hours=1)


def publish_status_list(*, number: int, purpose: str, site_address: str, now: datetime) -> str:
    """Return the signed list credential, made anew when a certificate changed or an hour is over.

    The version is read before the bits: a text made while somebody revokes is marked as old and made again at the next
    request. Signed by the list's own key, so that issuer of list and certificate agree; by the key in use once that one
    was stolen. Raises ListUnknown.
    """
    row = StatusList.objects.select_related("signing_key").filter(number=number).first()
    if row is None or purpose not in PURPOSES:
        raise ListUnknown
    known = PublishedList.objects.filter(status_list=row, purpose=purpose).first()
    if known is not None and known.version == row.version and known.made_at <= now < known.made_at + FRESH_FOR:
        return known.text
    key = row.signing_key
    if key.stolen_at is not None:
        key = make_signing_key(actor=Actor.system("publish_status_list"), now=now)
    signer = signer_in(key)
    unsigned = list_credential(
        address=status_address(number, purpose, host=settings.PUBLIC_URL or site_address.rstrip("/")),
        issuer_did=signer.method.partition("#")[0],
        purpose=purpose,
        places=places_set(row, purpose),
        made_at=now,
        moment=moment_text,
    )
    suite = RDFC if signer.algorithm == ED25519 else SM2_JCS
    text = text_of(with_proofs(unsigned, signer=signer, created=moment_text(now), suites=[suite]))
    PublishedList.objects.update_or_create(
        status_list=row, purpose=purpose, defaults={"version": row.version, "text": text, "made_at": now}
    )
    return text
