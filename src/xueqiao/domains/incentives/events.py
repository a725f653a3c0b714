"""Facts about points and volunteer time. Points in hundredths, time in minutes."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class PointsEarned(Event):
    """A meeting brought a person points, or a corrected roll changed them; points: what it brings now in all."""

    person_id: int
    session_id: int
    region: int
    points_hundredths: int


@dataclass(frozen=True)
class PointsDonated(Event):
    """A person gave points away; receiver_id is None for the community."""

    person_id: int
    receiver_id: int | None
    region: int
    points_hundredths: int


@dataclass(frozen=True)
class PointsExpired(Event):
    """What was left of a year ran out, after notice."""

    person_id: int
    year: int
    region: int
    points_hundredths: int


@dataclass(frozen=True)
class RewardReserved(Event):
    """A reward is set aside for a person."""

    redemption_id: int
    reward_id: int
    person_id: int
    region: int
    points_hundredths: int


@dataclass(frozen=True)
class RewardHandedOver(Event):
    """A person has her reward, and the points are spent."""

    redemption_id: int
    reward_id: int
    person_id: int
    region: int
    points_hundredths: int


@dataclass(frozen=True)
class RewardTakenBack(Event):
    """A reward is in stock again and its points are back: given up, not fetched, or brought back."""

    redemption_id: int
    reward_id: int
    person_id: int
    region: int
    state: str


@dataclass(frozen=True)
class VolunteerTimeConfirmed(Event):
    """A second person confirmed time that somebody gave."""

    time_id: int
    person_id: int
    region: int
    minutes: int


@dataclass(frozen=True)
class VolunteerTimeDonated(Event):
    """Time went to a relative, or into the time bank (receiver_id None): by choice, or above the most one keeps."""

    person_id: int
    region: int
    minutes: int
    receiver_id: int | None = None


@dataclass(frozen=True)
class PotSpent(Event):
    """Points that residents gave to their county got things for somebody; two people decided."""

    spending_id: int
    reward_id: int
    region: int
    pieces: int
    points_hundredths: int


@dataclass(frozen=True)
class TimeServiceEnded(Event):
    """Help that stored time pays for was given, refused or withdrawn. payer_id None: the time bank."""

    service_id: int
    helped_id: int
    payer_id: int | None
    region: int
    minutes: int
    state: str
