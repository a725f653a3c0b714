"""Tables, by subject."""

from xueqiao.domains.enrolment.models.changes import LeaveRight
from xueqiao.domains.enrolment.models.declarations import Declaration
from xueqiao.domains.enrolment.models.devices import CounterDevice, DeviceEntry
from xueqiao.domains.enrolment.models.hardship import HardshipEvidence, HardshipRequest
from xueqiao.domains.enrolment.models.interviews import (
    Interview,
    InterviewCriterion,
    InterviewScore,
    InterviewSheet,
    InterviewSlot,
)
from xueqiao.domains.enrolment.models.late import LateEntry
from xueqiao.domains.enrolment.models.lists import ClassList, ListedPerson
from xueqiao.domains.enrolment.models.mergers import GroupDecision, MergeAsk
from xueqiao.domains.enrolment.models.openings import Arrival, Opening
from xueqiao.domains.enrolment.models.returns import ReturnClaim
from xueqiao.domains.enrolment.models.rounds import (
    AdmissionRound,
    Entry,
    EntryLine,
    EntryMember,
    EntryResult,
    RoundRun,
    SeatQuota,
    Wish,
)
from xueqiao.domains.enrolment.models.seats import Place, SeatPool
from xueqiao.domains.enrolment.models.waiting import (
    LineMove,
    Offer,
    OfferCall,
    PassedOver,
    WaitingEntry,
    WaitingMember,
)

__all__ = [
    "AdmissionRound",
    "Arrival",
    "ClassList",
    "CounterDevice",
    "Declaration",
    "DeviceEntry",
    "Entry",
    "EntryLine",
    "EntryMember",
    "EntryResult",
    "GroupDecision",
    "HardshipEvidence",
    "HardshipRequest",
    "Interview",
    "InterviewCriterion",
    "InterviewScore",
    "InterviewSheet",
    "InterviewSlot",
    "LateEntry",
    "LeaveRight",
    "LineMove",
    "ListedPerson",
    "MergeAsk",
    "Offer",
    "OfferCall",
    "Opening",
    "PassedOver",
    "Place",
    "ReturnClaim",
    "RoundRun",
    "SeatPool",
    "SeatQuota",
    "WaitingEntry",
    "WaitingMember",
    "Wish",
]
