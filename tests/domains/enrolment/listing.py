"""Short words for tests of classes by list."""

from typing import Any

from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import SmallCounty, acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import ClassList, ListedPerson
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor

HOST = "射阳绣品有限公司"


def entry(person: Person, *, phone: str = "") -> tuple[str, str]:
    return person.name, phone or str(person.phone)


def by_list(world: SmallCounty, run: Any, *listed: tuple[str, str], actor: Actor | None = None) -> None:
    enrolment.list_learners(
        actor=actor or Actor.system("test"), run_id=run.pk, host=HOST, learners=listed, now=world.now
    )


def hold(world: SmallCounty, run: Any, person: Person, *, agent: Person | None = None, key: str = "k") -> Any:
    actor = acting(agent, acts_for=(person,)) if agent else acting(person)
    return enrolment.hold_seat(
        actor=actor, run_id=run.pk, person_id=person.pk, request_key=key, channel="web", now=world.now
    )


def lists() -> tuple[Any, ...]:
    return (
        list(ClassList.objects.order_by("pk").values()),
        list(ListedPerson.objects.within(ALL).order_by("pk").values()),
    )
