from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.tell_listed import tell_listed
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.lists import ListedHasSeat, ListUnfit
from xueqiao.domains.enrolment.models import ClassList, ListedPerson
from xueqiao.domains.enrolment.queries.lists import STAFF_ROLES, listed_of, seated_contacts
from xueqiao.domains.enrolment.queries.seats import get_facts
from xueqiao.domains.enrolment.rules.lists import Listed, is_on_list
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("the list of one class, checked above")


def list_learners(*, actor: Actor, run_id: int, host: str, learners: Collection[Listed], now: datetime) -> None:
    """Make a class one by list: its seats are for exactly these people (name, phone), whom `host` named; nobody else's.

    The first list, which may be empty, turns an open class into one by list: it must be first come, first served, and
    nobody may have a seat who is not on it. Each next list replaces the one before; who has a seat stays on it. Who is
    new is told once the class is published. For the desk of the class's unit, and for a domain above that checked who
    asks (the system's actor). The same list again changes nothing. Locks the class's pool, then its list.
    Raises ClassNotOffered, NotAllowed, ListUnfit, ListedHasSeat.
    """
    wanted = set(learners)
    with transaction.atomic():
        seats.open_pool(run_id)
        run = get_facts(run_id)
        if not actor.scope.everything_because:
            people.require_role(actor, *STAFF_ROLES, region=run.region)
        seats.lock_pool(run_id)
        kept, is_first = ClassList.objects.select_for_update().get_or_create(
            pk=run_id, defaults={"host": host, "since": now}
        )
        before = listed_of([run_id])[run_id]
        if is_first:
            _require_fit(run, wanted, now)
            classes.show_by_list(run_id=run_id)
        elif before == wanted:
            return
        _require_free(run_id, before - wanted, wanted, now)
        rows = ListedPerson.objects.within(_EVERYTHING).filter(class_list=kept)
        for name, phone in before - wanted:
            rows.filter(name=name, phone=phone).delete()
        ListedPerson.objects.bulk_create(
            ListedPerson(class_list=kept, name=name, phone=phone) for name, phone in sorted(wanted - before)
        )
        seats.change_list(run_id)
        tell_listed(run_id=run_id, now=now)
        record_deed(
            actor=actor,
            verb="list_learners",
            object_kind="class_run",
            object_id=run_id,
            region=run.region,
            now=now,
            detail={"code": run.code, "listed": len(wanted), "new": len(wanted - before), "gone": len(before - wanted)},
        )


def _require_fit(run: RunFacts, wanted: set[Listed], now: datetime) -> None:
    """Raise ListUnfit unless the class gives its seats first come and nobody sits in it who is not on the list."""
    if run.admission != "first_come":
        raise ListUnfit(what="它的座位要抽签或面谈")
    strangers = sum(
        not is_on_list(name=each.name, phones=each.phones, listed=wanted) for each in seated_contacts(run.id, now=now)
    )
    if strangers:
        raise ListUnfit(what=f"已经有 {strangers} 位不在名单上的学员占了座位")


def _require_free(run_id: int, gone: set[Listed], wanted: set[Listed], now: datetime) -> None:
    """Raise ListedHasSeat when somebody who would leave the list has a seat."""
    for each in seated_contacts(run_id, now=now) if gone else ():
        if is_on_list(name=each.name, phones=each.phones, listed=gone) and not is_on_list(
            name=each.name, phones=each.phones, listed=wanted
        ):
            raise ListedHasSeat(name=each.name)
