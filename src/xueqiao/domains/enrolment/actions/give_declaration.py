from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.enrolment.errors.rounds import SignerNotRelative
from xueqiao.domains.enrolment.models import Declaration
from xueqiao.domains.enrolment.parameters import HEALTH_PAPER_DAYS
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

HEALTH, OVER80 = "health", "over80"


def give_declaration(*, actor: Actor, person_id: int, kind: str, signer: str = "", now: datetime) -> None:
    """Write down a paper for a year: the health declaration (oneself, family, desk) or a relative's signature (over80).

    A signature comes from a relative with a live link, who presses herself, or from paper a clerk saw (signer: the name
    under it); never from the person whose it is. Given twice on a day it is one paper.
    Raises SignerNotRelative, InvalidInput, or what require_may_act_for raises.
    """
    if kind not in {HEALTH, OVER80}:
        raise InvalidInput(what="声明的种类")
    with transaction.atomic():
        authority = people.require_may_act_for(actor, person_id, now=now)
        person = people.access_person(actor, person_id)
        if kind == OVER80 and (authority == "self" or (authority.startswith("staff:") and not signer.strip())):
            raise SignerNotRelative
        today = clock.local_date(now)
        days = int(parameter_at(HEALTH_PAPER_DAYS.name, region=person.region, on=today).value)
        paper, is_new = Declaration.objects.within(Scope.of_persons([person_id])).get_or_create(
            person_id=person_id,
            kind=kind,
            valid_until=today + timedelta(days=days),
            defaults={"given_by_id": actor.person_id, "signer": signer.strip()[:60], "given_at": now},
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="give_declaration",
                object_kind="declaration",
                object_id=paper.pk,
                acting_for_id=person_id if person_id != actor.person_id else None,
                region=person.region,
                now=now,
                detail={"kind": kind, "authority": authority, "signer": signer.strip()[:60]},
            )
