"""Facts of the network."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class InstitutionOpened(Event):
    """A body was entered into the network."""

    institution_id: int
    kind: str
    region: int


@dataclass(frozen=True)
class InstitutionClosedDown(Event):
    """A body closes on a day."""

    institution_id: int
    closed_on: str


@dataclass(frozen=True)
class InstitutionsMerged(Event):
    """A body was merged into another on a day."""

    institution_id: int
    into_id: int
    merged_on: str


@dataclass(frozen=True)
class ParentAssigned(Event):
    """A body has another parent on one side from a day on."""

    institution_id: int
    parent_id: int
    side: str


@dataclass(frozen=True)
class UnitCovered(Event):
    """A body covers one more unit from a day on."""

    institution_id: int
    region: int
