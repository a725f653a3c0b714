"""What crosses the door about forms that came late, and about devices of village desks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class LateView:
    """A form that came after the close. state: waiting, accepted, refused."""

    uuid: UUID
    round_id: int
    person_id: int
    person_name: str
    run_ids: tuple[int, ...]
    source: str
    stamped_at: datetime
    why: str
    state: str
    received_by_id: int | None
    received_at: datetime
    decision: str
    entry_id: int | None


@dataclass(frozen=True)
class DeviceView:
    """A registered device of a village desk."""

    uuid: UUID
    clerk_id: int
    label: str
    registered_at: datetime
    is_live: bool


@dataclass(frozen=True)
class SyncLine:
    """What became of one entry a device sent: entered, late (waits for a second person), or refused with words."""

    number: int
    outcome: str
    words: str
    entry_code: str
