"""Facts about people, for the domains above. No names, no phones: those stay here."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class PersonRegistered(Event):
    """A person was written down for the first time. how: phone, counter, guardian."""

    person_id: int
    region: int
    how: str


@dataclass(frozen=True)
class PersonMoved(Event):
    """A person lives in another unit from now on."""

    person_id: int
    from_region: int
    to_region: int


@dataclass(frozen=True)
class PersonsMerged(Event):
    """Two records were one person: `gone_id` now points to `kept_id`; rows above stay where they are."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True)
class FamilyConfirmed(Event):
    """`agent_id` may act for `subject_id` from now on."""

    link_id: int
    agent_id: int
    subject_id: int


@dataclass(frozen=True)
class FamilyEnded(Event):
    """`agent_id` may no longer act for `subject_id`."""

    link_id: int
    agent_id: int
    subject_id: int
