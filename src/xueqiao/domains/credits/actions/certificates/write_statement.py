"""Write a person's account statement: every certificate in force, in one signed document."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key, signer_in
from xueqiao.domains.credits.errors.signing import NothingToState
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.signing.credential import text_of
from xueqiao.domains.credits.signing.statement import statement_of
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.identifiers import uuid7
from xueqiao.foundation.region_code import PROVINCE, RegionCode
from xueqiao.foundation.regions import api as regions
from xueqiao.foundation.scope import Scope

CERTIFICATES_MAX = 300


def write_statement(*, actor: Actor, person_id: int, now: datetime) -> str:
    """Return the CLR 2.0 statement of a person's certificates that are neither revoked nor suspended, oldest first.

    Raises NotYours, NothingToState.
    """
    require_may_decide_for(actor, person_id, now=now)
    everything = Scope.everything("authority was checked for this person")
    rows = Certificate.objects.within(everything).filter(person_id=person_id, revoked_at=None, suspended_at=None)
    found = list(rows.order_by("issued_at", "pk")[:CERTIFICATES_MAX])
    if not found:
        raise NothingToState
    province = regions.unit_named(int(RegionCode(found[0].region).ancestor(PROVINCE)))
    card = people.access_person(Actor.system("write_statement"), person_id)
    with transaction.atomic():
        signer = signer_in(make_signing_key(actor=Actor.system("write_statement"), now=now))
        statement = statement_of(
            statement_uuid=str(uuid7()),
            person_name=card.name,
            platform_name=settings.SITE_OWNER or "学桥终身学习平台",
            region_name=province.name if province else "江苏省",
            credential_texts=[row.credential_text for row in found],
            made_at=now,
            signer=signer,
        )
        record_deed(
            actor=actor,
            verb="write_statement",
            object_kind="person",
            object_id=person_id,
            acting_for_id=person_id if actor.person_id != person_id else None,
            now=now,
            detail={"certificates": len(found)},
        )
    return text_of(statement)
