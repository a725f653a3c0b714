"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xueqiao.foundation.scope import Scope

RESIDENT, STAFF, SYSTEM, VISITOR = "resident", "staff", "system", "visitor"


@dataclass(frozen=True)
class Duty:
    """One staff role in the closed range of one unit's subtree; institution_id narrows it to one institution."""

    role: str
    low: int
    high: int
    institution_id: int | None = None


_NOTHING = Scope.nothing()  # one for all who see nothing: a rush makes thousands of actors in a second


@dataclass(frozen=True)
class Actor:
    """The one who acts, as every action receives it.

    kind: resident, staff, system or visitor. person_id: the signed-in person, None for system and visitors.
    roles: names of staff roles held now ("centre_clerk"). authority: the ground stated in the audit row.
    channel: web, counter, phone, paper, api, console or job. scope: whose rows the actor may see and touch.
    duties: the roles with their ranges, because a clerk in one town may be a teacher in another.
    """

    kind: str
    person_id: int | None = None
    roles: frozenset[str] = frozenset()
    authority: str = "self"
    channel: str = "web"
    scope: Scope = _NOTHING
    duties: tuple[Duty, ...] = ()

    @classmethod
    def system(cls, job: str) -> Actor:
        """A job of the platform itself."""
        return cls(SYSTEM, authority=f"job:{job}", channel="job", scope=Scope.everything(f"job {job}"))

    @classmethod
    def visitor(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls(VISITOR, authority="none")

    def has_role(self, *names: str) -> bool:
        """True when the actor holds one of the named staff roles."""
        return not self.roles.isdisjoint(names)


@dataclass(frozen=True)
class Deed:
    """One row of the audit, for deeds that are done many at a time. Fields as in `record_deed`."""

    actor: Actor
    verb: str
    object_kind: str
    object_id: int | None
    region: int | None = None
    acting_for_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
