from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.register_person import require_home
from xueqiao.domains.people.events import PersonMoved
from xueqiao.domains.people.models import Person
from xueqiao.domains.people.queries import require_may_act_for
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def move_home(*, actor: Actor, person_id: int, region: int | str, now: datetime) -> None:
    """Say where a person lives from now on (a township or village code). Moving to where she lives changes nothing.

    Raises HomeInvalid, MayNotActFor.
    """
    home = rules.parse_home(region)
    require_home(home)
    with transaction.atomic():
        require_may_act_for(actor, person_id, now=now)
        person = Person.objects.select_for_update().within(Scope.everything("authority was checked")).get(pk=person_id)
        if person.region == home and person.region_is_declared:
            return
        before, person.region, person.region_is_declared = person.region, home, True
        person.save(update_fields=["region", "region_is_declared"])
        record_deed(
            actor=actor,
            verb="move_home",
            object_kind="person",
            object_id=person_id,
            acting_for_id=person_id,
            region=home,
            now=now,
            detail={"from": before},
        )
        record_event(PersonMoved(person_id=person_id, from_region=before, to_region=home), region=home, now=now)
