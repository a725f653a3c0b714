"""What crosses the door: points in hundredths, time in minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class YearOfPoints:
    """Points of one year that can still be used, and the last day for it."""

    year: int
    available: int
    last_day: date


@dataclass(frozen=True)
class HistoryEntry:
    """One line of an account. deed: earn, correct, reserve, give, receive, pot, expire, return; served, bank.

    state: posted, held, voided. amount: negative when it left.
    """

    at: datetime
    deed: str
    amount: int
    state: str
    memo: dict[str, Any]


@dataclass(frozen=True)
class RedemptionView:
    uuid: UUID
    code: str
    person_id: int
    reward_uuid: UUID
    reward_title: str
    partner: str
    institution_name: str
    points_hundredths: int
    state: str
    reserved_at: datetime
    keep_until: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class RewardView:
    """left: how many can still be reserved."""

    uuid: UUID
    title: str
    partner: str
    institution_id: int
    institution_name: str
    region: int
    price_hundredths: int
    stock: int
    taken: int
    person_year_max: int
    valid_to: date
    is_open: bool

    @property
    def left(self) -> int:
        return self.stock - self.taken


@dataclass(frozen=True)
class VolunteerTimeView:
    uuid: UUID
    person_id: int
    person_name: str
    institution_name: str
    day: date
    minutes: int
    words: str
    state: str
    recorded_by_id: int


@dataclass(frozen=True)
class PotSpendingView:
    uuid: UUID
    reward_title: str
    partner: str
    institution_name: str
    pieces: int
    points_hundredths: int
    words: str
    state: str  # asked, spent, refused
    asked_by_id: int
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class PotView:
    """What a county's residents gave and what became of it, for everybody to read: points and time, no names.

    received counts all that ever came, spent what left by a decision; left is both on the ledger now.
    """

    region: int
    points_received: int
    points_left: int
    minutes_received: int
    minutes_left: int
    spendings: tuple[PotSpendingView, ...]

    @property
    def points_spent(self) -> int:
        return self.points_received - self.points_left

    @property
    def minutes_spent(self) -> int:
        return self.minutes_received - self.minutes_left


@dataclass(frozen=True)
class TimeServiceView:
    """payer_id None: the time bank pays."""

    uuid: UUID
    helped_id: int
    helped_name: str
    payer_id: int | None
    day: date
    minutes: int
    words: str
    state: str  # asked, served, refused, withdrawn
    asked_by_id: int
    asked_at: datetime


@dataclass(frozen=True)
class PointsView:
    """A person's points: available now, set aside for rewards, by year (oldest spent first), and what happened."""

    person_id: int
    available: int
    set_aside: int
    years: tuple[YearOfPoints, ...]
    history: tuple[HistoryEntry, ...]
    redemptions: tuple[RedemptionView, ...]
    give_left: int  # to other people, this year


@dataclass(frozen=True)
class HoursView:
    """A person's volunteer time: confirmed minutes she keeps, minutes that wait for a second person, what happened."""

    person_id: int
    minutes: int
    waiting_minutes: int
    history: tuple[HistoryEntry, ...]
    bank_is_open: bool
    set_aside: int  # minutes of services that were asked for
    services: tuple[TimeServiceView, ...]
    help_age_from: int  # from which stored time brings help
