"""For whom the pages of "mine" are shown: oneself, or a family member one acts for (`?for=PERSON-UUID`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from xueqiao.channels.web.gate import ActedFor, acting_for, actor_of
from xueqiao.domains.people import api as people
from xueqiao.domains.people.api import PersonCard
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound


@dataclass(frozen=True)
class Whose:
    """The reader and the person whose records are shown. `query` keeps the choice in links: "?for=..." or ""."""

    actor: Actor
    person: PersonCard
    others: tuple[PersonCard, ...]
    query: str

    @property
    def is_self(self) -> bool:
        return self.person.id == self.actor.person_id


def whose(request: HttpRequest) -> Whose:
    """Read the choice from the address, else from the session. Raises NotFound for a stranger."""
    actor = actor_of(request)
    known = people.access_persons(actor, actor.scope.person_ids)
    chosen = request.GET.get("for") or request.POST.get("for") or ""
    session_choice = acting_for(request)
    if chosen:
        person = next((card for card in known.values() if str(card.uuid) == chosen), None)
    elif session_choice is not None:
        person = known.get(session_choice.person_id)
    else:
        person = known.get(actor.person_id or 0)
    if person is None:
        raise NotFound
    is_self = person.id == actor.person_id
    request.acting_for = None if is_self else ActedFor(person.id, person.name)  # type: ignore[attr-defined]
    others = tuple(card for card in sorted(known.values(), key=lambda card: card.id) if card.id != person.id)
    query = f"?for={person.uuid}" if chosen or not is_self else ""
    return Whose(actor, person, others, query)
