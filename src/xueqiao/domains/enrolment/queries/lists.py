"""Reads of classes by list. Who stands on a list is told to nobody here but to rules and to who wrote it."""

from collections.abc import Collection
from datetime import datetime

from xueqiao.domains.enrolment.models import ClassList, ListedPerson, Place
from xueqiao.domains.enrolment.rules.lists import Listed, is_on_list
from xueqiao.domains.enrolment.values.seats import LIVE
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

STAFF_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
_EVERYTHING = Scope.everything("who is on the list of a class is asked by its rule")


def host_of_class(run_id: int) -> str:
    """Whose people the seats of a class are for, "" when they are for everybody."""
    return ClassList.objects.filter(pk=run_id).values_list("host", flat=True).first() or ""


def listed_of(run_ids: Collection[int]) -> dict[int, set[Listed]]:
    """Who is on the lists of these classes; one query, none for no class."""
    found: dict[int, set[Listed]] = {run_id: set() for run_id in run_ids}
    if found:
        rows = ListedPerson.objects.within(_EVERYTHING).filter(class_list_id__in=found)
        for run_id, name, phone in rows.values_list("class_list_id", "name", "phone"):
            found[run_id].add((name, phone))
    return found


def listed_among(pairs: Collection[tuple[int, int]], *, now: datetime) -> set[tuple[int, int]]:
    """Those of the (class, person) whose person is on the list of the class; two queries for all, none for nobody.

    Asked only for classes by list, under the persons' locks.
    """
    listed = listed_of({run_id for run_id, _ in pairs})
    contacts = people.contacts_of({person_id for _, person_id in pairs}, on=clock.local_date(now))
    return {
        (run_id, person_id)
        for run_id, person_id in pairs
        if (known := contacts.get(person_id)) is not None
        and is_on_list(name=known.name, phones=known.phones, listed=listed[run_id])
    }


def access_listed_seats(*, actor: Actor, run_id: int, now: datetime) -> set[Listed]:
    """Those on the list of a class who have a seat, as they stand on it; for its desk and for who wrote the list (the
    system's actor, after the caller checked). Raises NotAllowed.
    """
    region = ClassList.objects.filter(pk=run_id).values_list("run__region", flat=True).first()
    if region is None:
        return set()
    if not actor.scope.everything_because:
        people.require_role(actor, *STAFF_ROLES, region=region)
    seated = seated_contacts(run_id, now=now)
    return {
        (name, phone)
        for name, phone in listed_of([run_id])[run_id]
        if any(is_on_list(name=each.name, phones=each.phones, listed=[(name, phone)]) for each in seated)
    }


def seated_contacts(run_id: int, *, now: datetime) -> list[people.Contact]:
    """Contacts of everybody with a live place in a class."""
    places = Place.objects.within(_EVERYTHING).filter(run_id=run_id, state__in=LIVE)
    persons = set(places.values_list("person_id", flat=True))
    return list(people.contacts_of(persons, on=clock.local_date(now)).values())
