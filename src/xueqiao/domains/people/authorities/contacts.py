"""At which phones people are reached, asked for a whole group: for lists that outsiders write by name and phone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from xueqiao.domains.people import rules
from xueqiao.domains.people.models import Person
from xueqiao.foundation.arrays import array
from xueqiao.foundation.scope import Scope

_STATEMENT = """
SELECT p.id, p.name, p.birth_date, own.phone, agent.phone, p.phone
  FROM people_person p
  LEFT JOIN people_account own ON own.person_id = p.id AND own.is_active
  LEFT JOIN people_familylink link ON link.subject_id = p.id AND link.state = 'active'
  LEFT JOIN people_account agent ON agent.person_id = link.agent_id AND agent.is_active
 WHERE p.id = ANY (%s::bigint[])
"""


@dataclass(frozen=True)
class Contact:
    """A person's name and the numbers that are proven to reach her: her own, and those of who acts for her."""

    name: str
    phones: frozenset[str]


def contacts_of(person_ids: Collection[int], *, on: date) -> dict[int, Contact]:
    """Contacts by person; one query, none for nobody. For rules; says nothing to anybody.

    A number counts when an account was opened with it, the person's own or one of who acts for her now. Who has no
    account (the counter wrote her down) has the number she left there; not a child, whose number a guardian typed.
    """
    if not person_ids:
        return {}
    names: dict[int, str] = {}
    phones: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [array(person_ids)])
        for person_id, name, born, own, agents, left in cursor.fetchall():
            names[person_id] = name
            kept = own or (None if rules.needs_guardian(born, on) else left)
            phones.setdefault(person_id, set()).update(number for number in (kept, agents) if number)
    return {person_id: Contact(name, frozenset(phones[person_id])) for person_id, name in names.items()}


def contacts_at(phones: Iterable[str], *, on: date) -> dict[int, Contact]:
    """Contacts of everybody who is reached at one of these numbers, by person; two queries. For notices and rules."""
    numbers = list(phones)[:5000]
    persons = Person.objects.within(Scope.everything("who is told of a list she stands on")).filter(merged_into=None)
    agents = Q(acted_for_by__state="active", acted_for_by__agent__account__phone__in=numbers)
    found = persons.filter(Q(phone__in=numbers) | Q(account__phone__in=numbers) | agents)
    return contacts_of(set(found.values_list("id", flat=True)), on=on)
