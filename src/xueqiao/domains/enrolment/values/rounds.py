"""What crosses the door of enrolment about admission rounds. Times aware, weights and seats whole numbers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

PLANNED, OPEN, FROZEN, DRAWN, CLOSED, CANCELLED = "planned", "open", "frozen", "drawn", "closed", "cancelled"
ENTERED, LEFT_ROUND, EXCLUDED, WON, LOST = "entered", "withdrawn", "excluded", "won", "lost"
INVITED, AGREED, DECLINED, LEFT = "invited", "agreed", "declined", "left"
SINGLE, HOUSEHOLD, COMPANIONS = "single", "household", "companions"
NEWCOMER, RESIDENT, ACCESS, RETURNING = "newcomer", "resident", "access", "returning"
BUCKETS = (NEWCOMER, RESIDENT, ACCESS, RETURNING)
DRAW, PRIORITY_DRAW, INTERVIEW = "draw", "priority_draw", "interview"
MODES = (DRAW, PRIORITY_DRAW, INTERVIEW)
SOURCE_KINDS = ("lottery", "beacon", "dice")


@dataclass(frozen=True)
class WeightRule:
    """How a ticket's weight is counted: `start`, `per_loss` for each earlier loss up to `losses_max` losses,
    `never_served` for who never had a class, `access` for a registered need whose first wish is at the nearest site.
    """

    start: int = 1
    per_loss: int = 1
    losses_max: int = 3
    never_served: int = 1
    access: int = 1

    @property
    def heaviest(self) -> int:
        return self.start + self.per_loss * self.losses_max + self.never_served + self.access


@dataclass(frozen=True)
class MemberFacts:
    """What the weight of one person rests on, as read at the freeze; no name and no number of her.

    losses: earlier losses in the series since the last win. is_newcomer: never had a class of any institution.
    has_access_need: registered low sight, hearing or walking need. wants_nearest_site: the entry's first wish is held
    at the accessible site nearest to her home among those of the round.
    """

    losses: int
    is_newcomer: bool
    is_resident: bool
    has_access_need: bool
    wants_nearest_site: bool
    is_returning: bool


@dataclass(frozen=True)
class QuotaPlan:
    """Seats of one class for one bucket; what a bucket cannot fill goes to everybody."""

    bucket: str
    seats: int


@dataclass(frozen=True)
class RoundRunPlan:
    """One class of a planned round. continues: code of last term's class whose learners may go on; series_terms: how
    many terms the series lasts, 0 when nobody may go on without the draw.
    """

    run_code: str
    seats: int
    is_beginner: bool = False
    quotas: tuple[QuotaPlan, ...] = ()
    continues: str = ""
    series_terms: int = 0


@dataclass(frozen=True)
class RoundPlan:
    """What staff write down before a round opens. All moments absolute. open_to: the unit whose residents may enter,
    0 for everybody.
    """

    title: str
    institution_id: int
    mode: str
    runs: tuple[RoundRunPlan, ...]
    info_opens_at: datetime
    wishes_open_at: datetime
    wishes_close_at: datetime
    source_kind: str
    source_name: str
    source_due_at: datetime
    priority_opens_at: datetime | None = None
    leftovers_open_at: datetime | None = None
    series: str = ""
    offer_hours: int = 72
    wishes_max: int = 3
    group_size_max: int = 4
    open_to: int = 0


@dataclass(frozen=True)
class RoundRunView:
    """One class of a round with its published quotas. demand: words, never a number, until the list is frozen."""

    run_id: int
    run_code: str
    title: str
    seats: int
    is_beginner: bool
    quotas: tuple[QuotaPlan, ...]
    series_terms: int
    continues_run_id: int | None
    demand: str = ""


@dataclass(frozen=True)
class RoundView:
    """A round as anybody may see it."""

    id: int
    uuid: UUID
    code: str
    title: str
    institution_id: int
    region: int
    mode: str
    state: str
    series: str
    info_opens_at: datetime
    priority_opens_at: datetime | None
    wishes_open_at: datetime
    wishes_close_at: datetime
    offer_hours: int
    leftovers_open_at: datetime | None
    wishes_max: int
    group_size_max: int
    rules: dict[str, Any]
    source_kind: str
    source_name: str
    source_due_at: datetime
    planned_by_id: int | None
    opened_at: datetime | None
    frozen_at: datetime | None
    drawn_at: datetime | None
    entry_count: int | None
    end_reason: str
    runs: tuple[RoundRunView, ...] = ()

    @property
    def weights(self) -> WeightRule:
        return WeightRule(**self.rules.get("weights", {}))

    def takes_wishes(self, now: datetime) -> bool:
        return self.state == OPEN and self.wishes_open_at <= now < self.wishes_close_at


@dataclass(frozen=True)
class WishView:
    """One ranked wish, 1 the dearest."""

    rank: int
    run_id: int
    run_code: str
    title: str


@dataclass(frozen=True)
class MemberView:
    """One person of an entry and what she answered."""

    person_id: int
    name: str
    code: str
    state: str
    answered_at: datetime | None


@dataclass(frozen=True)
class EntryView:
    """One ticket: who, which wishes, in which state. code: what people read aloud."""

    id: int
    uuid: UUID
    code: str
    round_id: int
    region: int
    kind: str
    size: int
    leader_id: int
    channel: str
    entered_by_id: int | None
    entered_at: datetime
    state: str
    end_reason: str
    position: int | None
    awarded_id: int | None
    members: tuple[MemberView, ...] = ()
    wishes: tuple[WishView, ...] = ()

    @property
    def agreed(self) -> tuple[MemberView, ...]:
        return tuple(member for member in self.members if member.state == AGREED)

    @property
    def invited(self) -> tuple[MemberView, ...]:
        return tuple(member for member in self.members if member.state == INVITED)


@dataclass(frozen=True)
class Party:
    """The people of an entry as the rules see them, and what the rules make of them. All entries whose people have the
    same facts share one. number: counts parties from 0, as they were met.
    """

    number: int
    members: tuple[MemberFacts, ...]
    weight: int
    buckets: tuple[str, ...]


class EntryRow(NamedTuple):
    """What the freeze needs of one entry. pseudonym: in hexadecimal. wishes: run ids, dearest first, in one string."""

    entry_id: int
    pseudonym: str
    party: Party
    wishes: str


@dataclass(frozen=True)
class Candidate:
    """One person as the rules of eligibility see her. home: her unit's code; terms_of_course: course id -> terms in
    which she already had it; has_health: a live health declaration; has_signature: a relative signed for 80 and older.
    """

    name: str
    birth_date: date
    home: int
    has_health: bool
    has_signature: bool
    terms_of_course: dict[int, int] = field(default_factory=dict)
