"""Tables, by subject."""

from xueqiao.domains.enrolment.models.rounds import AdmissionRound, Entry, EntryMember, RoundRun, SeatQuota, Wish
from xueqiao.domains.enrolment.models.seats import Place, SeatPool

__all__ = ["AdmissionRound", "Entry", "EntryMember", "Place", "RoundRun", "SeatPool", "SeatQuota", "Wish"]
