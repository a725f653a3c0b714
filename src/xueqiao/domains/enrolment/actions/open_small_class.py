from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.mergers import AlreadyDecided
from xueqiao.domains.enrolment.models import GroupDecision
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def open_small_class(*, actor: Actor, code: str, now: datetime) -> None:
    """Decide that a class opens although it has too few learners; it leaves the list of decisions due.

    Locks the pool. Raises NotAllowed, UnknownClass, AlreadyDecided.
    """
    run = classes.get_class(code, now=now)
    people.require_role(actor, *STAFF_ROLES, region=run.region)
    with transaction.atomic():
        seats.open_pool(run.run_id)
        seats.lock_pool(run.run_id)
        require_undecided(run)
        GroupDecision.objects.create(run_id=run.run_id, choice="open", decided_by_id=actor.person_id, decided_at=now)
        record_deed(
            actor=actor,
            verb="open_small_class",
            object_kind="class_run",
            object_id=run.run_id,
            region=run.region,
            now=now,
            detail={"code": run.code},
        )


def require_undecided(run: classes.ClassDetail) -> None:
    """Raise AlreadyDecided unless the class is published and nobody has decided. Needs the pool locked."""
    if run.state != "published" or GroupDecision.objects.filter(run_id=run.run_id).exists():
        raise AlreadyDecided
