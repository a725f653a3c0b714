"""Tables, by subject."""

from xueqiao.domains.classes.models.assistants import SessionAssistant, TeachingUse
from xueqiao.domains.classes.models.pay import PayLine, PaySlip, PaySlipLine, TeacherContract, TeachingPermission
from xueqiao.domains.classes.models.programmes import Programme, ProgrammeRun, ProgrammeSite
from xueqiao.domains.classes.models.rooms import RoomBooking, RoomUse
from xueqiao.domains.classes.models.runs import ClassListing, ClassRun, Holiday, ListingTokens, Session
from xueqiao.domains.classes.models.timetables import Timetable

__all__ = [
    "ClassListing",
    "ClassRun",
    "Holiday",
    "ListingTokens",
    "PayLine",
    "PaySlip",
    "PaySlipLine",
    "Programme",
    "ProgrammeRun",
    "ProgrammeSite",
    "RoomBooking",
    "RoomUse",
    "Session",
    "SessionAssistant",
    "TeacherContract",
    "TeachingPermission",
    "TeachingUse",
    "Timetable",
]
