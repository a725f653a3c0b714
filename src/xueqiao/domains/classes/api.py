"""The door of classes: when and where a course is given, found by residents and planned by centres."""

from xueqiao.domains.classes.actions.accept_timetable import accept_timetable
from xueqiao.domains.classes.actions.add_assistant import add_assistant
from xueqiao.domains.classes.actions.add_programme_site import add_programme_site
from xueqiao.domains.classes.actions.add_to_programme import add_to_programme
from xueqiao.domains.classes.actions.admit_first_come import admit_first_come
from xueqiao.domains.classes.actions.answer_booking import answer_booking
from xueqiao.domains.classes.actions.approve_class_run import approve_class_run
from xueqiao.domains.classes.actions.ask_timetable import ask_timetable
from xueqiao.domains.classes.actions.book_room import book_room
from xueqiao.domains.classes.actions.cancel_booking import cancel_booking
from xueqiao.domains.classes.actions.cancel_class_run import cancel_class_run
from xueqiao.domains.classes.actions.cancel_session import cancel_session
from xueqiao.domains.classes.actions.change_capacity import change_capacity
from xueqiao.domains.classes.actions.copy_classes import copy_classes
from xueqiao.domains.classes.actions.copy_last_term import copy_last_term
from xueqiao.domains.classes.actions.count_session_pay import count_session_pay
from xueqiao.domains.classes.actions.drop_timetable import drop_timetable
from xueqiao.domains.classes.actions.end_contract import end_contract
from xueqiao.domains.classes.actions.give_back_session import give_back_session
from xueqiao.domains.classes.actions.leave_programme import leave_programme
from xueqiao.domains.classes.actions.make_pay_slip import make_pay_slip
from xueqiao.domains.classes.actions.make_up_session import make_up_session
from xueqiao.domains.classes.actions.mark_session_held import mark_session_held
from xueqiao.domains.classes.actions.miss_session import miss_session
from xueqiao.domains.classes.actions.move_session import move_session
from xueqiao.domains.classes.actions.open_class_list import open_class_list
from xueqiao.domains.classes.actions.open_class_run import open_class_run
from xueqiao.domains.classes.actions.open_programme import open_programme
from xueqiao.domains.classes.actions.publish_class_run import publish_class_run
from xueqiao.domains.classes.actions.publish_classes import publish_classes
from xueqiao.domains.classes.actions.record_permission import record_permission
from xueqiao.domains.classes.actions.refresh_listings import refresh_due_listings, refresh_listings
from xueqiao.domains.classes.actions.release_pay_slip import release_pay_slip
from xueqiao.domains.classes.actions.remove_assistant import remove_assistant
from xueqiao.domains.classes.actions.reopen_session import reopen_session
from xueqiao.domains.classes.actions.return_class_run import return_class_run
from xueqiao.domains.classes.actions.show_by_list import show_by_list
from xueqiao.domains.classes.actions.show_seats_left import show_seats_left, show_seats_left_of
from xueqiao.domains.classes.actions.sign_contract import sign_contract
from xueqiao.domains.classes.actions.stop_enrolment import stop_enrolment
from xueqiao.domains.classes.actions.substitute_teacher import substitute_teacher
from xueqiao.domains.classes.actions.take_back_pay_slip import take_back_pay_slip
from xueqiao.domains.classes.actions.take_from_programme import take_from_programme
from xueqiao.domains.classes.calendar import holidays_between
from xueqiao.domains.classes.errors.assistants import (
    AssistantsEnough,
    AssistantTaken,
    AssistantUnfit,
    NoMeetingToAssist,
)
from xueqiao.domains.classes.errors.batches import (
    BatchClash,
    BatchNotPublished,
    ListHasErrors,
    NothingChosen,
    SheetRefused,
    TooManyChosen,
)
from xueqiao.domains.classes.errors.changes import NothingToCancel, SessionNotCancelled, SessionSettled
from xueqiao.domains.classes.errors.pay import (
    BadContract,
    ContractOverlaps,
    MonthNotOver,
    NothingToPay,
    NotTaughtYet,
    OwnContract,
    PermissionNotNeeded,
    RateAboveBand,
    SlipNeedsAnother,
    SlipNotInThisState,
    SlipOutdated,
    UnknownContract,
    UnknownPaySlip,
)
from xueqiao.domains.classes.errors.programmes import (
    BadProgramme,
    NotASite,
    ProgrammeCodeTaken,
    RunInAnother,
    SiteAlreadyIn,
    SiteHasClasses,
    SiteOutside,
    UnknownProgramme,
)
from xueqiao.domains.classes.errors.rooms import (
    BadBooking,
    BookingAnswered,
    RoomNotFree,
    TooManyBookings,
    UnknownBooking,
)
from xueqiao.domains.classes.errors.runs import (
    ApprovalNeedsAnother,
    BadClassPlan,
    NotInThisState,
    ReasonNeeded,
    RoomTaken,
    RoomTooSmall,
    SessionIsOver,
    SessionNotBegun,
    SessionNotHeld,
    SessionWasCancelled,
    SessionWasHeld,
    TeacherTaken,
    UnknownClass,
    UnknownSession,
)
from xueqiao.domains.classes.errors.timetables import (
    BadTimetable,
    TimetableNotSolved,
    TimetableOutdated,
    UnknownTimetable,
)
from xueqiao.domains.classes.events import (
    ClassRunCancelled,
    ClassRunPublished,
    PaySlipReleased,
    PaySlipTakenBack,
    SessionCancelled,
    SessionGivenBack,
    SessionHeld,
    SessionMadeUp,
    SessionMoved,
    SessionReopened,
    SessionTaughtByAnother,
)
from xueqiao.domains.classes.parameters import GROUP_DECISION_DAYS, GROUP_SHARE_PERCENT
from xueqiao.domains.classes.queries import (
    clashes,
    class_cards,
    classes_nearby,
    delivery_of,
    find_classes,
    get_class,
    get_class_by_id,
    get_session,
    overlapping_sessions,
    plan_copy,
    preview_plan,
    quote_price,
    runs_awaiting_approval,
    runs_of,
    sessions_at,
    sessions_between,
    sessions_of,
    sessions_of_runs,
    sessions_taught_by,
    smallest_room_to_come,
    teaching_volumes,
    venue_dots,
)
from xueqiao.domains.classes.queries.assistants import assistants_of, assistants_of_run, sessions_assisted_by
from xueqiao.domains.classes.queries.batches import access_copy_list, first_meetings
from xueqiao.domains.classes.queries.pay import (
    PAY_ROLES,
    RELEASE_ROLES,
    access_contract,
    access_contracts,
    access_my_contracts,
    access_my_slips,
    access_my_unpaid_sessions,
    access_pay_of_month,
    access_slip,
    access_slips,
    access_unpaid_sessions,
)
from xueqiao.domains.classes.queries.programmes import (
    find_programme,
    get_programme,
    matrix_lines,
    programme_figures,
    programme_of_run,
    programmes_in,
    programmes_of,
    run_ids_of_programme,
    runs_to_add,
    sites_of,
)
from xueqiao.domains.classes.queries.rooms import (
    access_booking,
    access_bookings_at,
    access_bookings_of,
    lending_day,
    taken_times,
)
from xueqiao.domains.classes.queries.sheets import access_checked_lines, access_sheet_choices
from xueqiao.domains.classes.queries.terms import access_term_board
from xueqiao.domains.classes.queries.timetables import TimetableView, access_timetable, timetables_of
from xueqiao.domains.classes.rules.pay import month_after, month_of
from xueqiao.domains.classes.rules.programmes import matrix
from xueqiao.domains.classes.rules.runs import CAPACITY_MAX, STATE_WORDS, learners_needed, metres_between
from xueqiao.domains.classes.rules.sheets import ADMISSIONS, HEADINGS, LINES_MAX, NEEDED
from xueqiao.domains.classes.rules.terms import term_at, term_of
from xueqiao.domains.classes.rules.timetables import TIMETABLE_STATE_WORDS
from xueqiao.domains.classes.values.assistants import Assisting
from xueqiao.domains.classes.values.batches import (
    CheckedLine,
    CopyChoice,
    CopyFix,
    CopyList,
    CopyRow,
    LineProblem,
    SheetChoices,
    SheetLine,
    Use,
)
from xueqiao.domains.classes.values.pay import (
    BANDS,
    CONTRACT_KINDS,
    SLIP_STATE_WORDS,
    ContractView,
    PayLineView,
    PayOfMonth,
    PaySlipView,
    PermissionView,
    UnpaidSession,
)
from xueqiao.domains.classes.values.programmes import (
    BY_COURSE,
    BY_SITE,
    PARTS_OF_WEEK,
    MatrixLine,
    MatrixRow,
    ProgrammeFigures,
    ProgrammeView,
    SiteView,
)
from xueqiao.domains.classes.values.rooms import BOOKING_WORDS, BookingView, LendingDay, RoomHours
from xueqiao.domains.classes.values.runs import (
    WALK_METRES_PER_MINUTE,
    Clash,
    ClassCard,
    ClassDetail,
    ClassFilter,
    ClassPage,
    CopyPlan,
    Delivery,
    FacetValue,
    Pattern,
    PriceQuote,
    SessionView,
    TeachingVolume,
    VenueDot,
)
from xueqiao.domains.classes.values.term_board import Term, TermBoard, TermCell, TermRow
from xueqiao.domains.classes.values.timetable import NotPlaced, Said, Seating, Slot, TimetableAnswer

__all__ = [
    "ADMISSIONS",  # words of a list of classes -> way of admission
    "BANDS",
    "BOOKING_WORDS",  # state of a booking -> words for people
    "BY_COURSE",
    "BY_SITE",
    "CAPACITY_MAX",  # seats of one class at most
    "CONTRACT_KINDS",
    "GROUP_DECISION_DAYS",
    "GROUP_SHARE_PERCENT",
    "HEADINGS",  # columns of a list of classes -> their headings
    "LINES_MAX",  # classes of one list at most
    "NEEDED",  # columns that must not be empty
    "PARTS_OF_WEEK",  # columns of a programme's matrix
    "PAY_ROLES",  # who writes contracts and makes slips
    "RELEASE_ROLES",  # who releases them
    "SLIP_STATE_WORDS",  # state of a slip -> words for people
    "STATE_WORDS",  # state of a run -> words for people
    "TIMETABLE_STATE_WORDS",
    "WALK_METRES_PER_MINUTE",
    "ApprovalNeedsAnother",
    "AssistantTaken",
    "AssistantUnfit",
    "AssistantsEnough",
    "Assisting",
    "BadBooking",
    "BadClassPlan",
    "BadContract",
    "BadProgramme",
    "BadTimetable",
    "BatchClash",
    "BatchNotPublished",
    "BookingAnswered",
    "BookingView",
    "CheckedLine",
    "Clash",
    "ClassCard",
    "ClassDetail",
    "ClassFilter",
    "ClassPage",
    "ClassRunCancelled",
    "ClassRunPublished",
    "ContractOverlaps",
    "ContractView",
    "CopyChoice",
    "CopyFix",
    "CopyList",
    "CopyPlan",
    "CopyRow",
    "Delivery",
    "FacetValue",
    "LendingDay",
    "LineProblem",
    "ListHasErrors",
    "MatrixLine",
    "MatrixRow",
    "MonthNotOver",
    "NoMeetingToAssist",
    "NotASite",
    "NotInThisState",
    "NotPlaced",  # a class the timetable has no place for, with reasons
    "NotTaughtYet",
    "NothingChosen",
    "NothingToCancel",
    "NothingToPay",
    "OwnContract",
    "Pattern",
    "PayLineView",
    "PayOfMonth",
    "PaySlipReleased",  # fact: a month's pay was given out
    "PaySlipTakenBack",  # fact: it was not, after all
    "PaySlipView",
    "PermissionNotNeeded",
    "PermissionView",
    "PriceQuote",
    "ProgrammeCodeTaken",
    "ProgrammeFigures",
    "ProgrammeView",
    "RateAboveBand",
    "ReasonNeeded",
    "RoomHours",
    "RoomNotFree",
    "RoomTaken",
    "RoomTooSmall",
    "RunInAnother",
    "Said",  # a sentence of the timetable, told in the reader's language
    "Seating",  # a class with its weekly time, room and teacher
    "SessionCancelled",
    "SessionGivenBack",  # fact: a cancelled meeting is not made up for, its share goes back
    "SessionHeld",  # fact: a meeting took place
    "SessionIsOver",
    "SessionMadeUp",  # fact: a new meeting makes up for a cancelled one
    "SessionMoved",
    "SessionNotBegun",
    "SessionNotCancelled",
    "SessionNotHeld",
    "SessionReopened",  # fact: it did not after all
    "SessionSettled",
    "SessionTaughtByAnother",  # fact: somebody else than planned taught a meeting
    "SessionView",
    "SessionWasCancelled",
    "SessionWasHeld",
    "SheetChoices",
    "SheetLine",
    "SheetRefused",
    "SiteAlreadyIn",
    "SiteHasClasses",
    "SiteOutside",
    "SiteView",
    "SlipNeedsAnother",
    "SlipNotInThisState",
    "SlipOutdated",
    "Slot",  # weekday and minute of the day
    "TeacherTaken",
    "TeachingVolume",
    "Term",
    "TermBoard",
    "TermCell",
    "TermRow",
    "TimetableAnswer",
    "TimetableNotSolved",
    "TimetableOutdated",
    "TimetableView",
    "TooManyBookings",
    "TooManyChosen",
    "UnknownBooking",
    "UnknownClass",
    "UnknownContract",
    "UnknownPaySlip",
    "UnknownProgramme",
    "UnknownSession",
    "UnknownTimetable",
    "UnpaidSession",
    "Use",  # what a room or a person has at a time
    "VenueDot",
    "accept_timetable",  # drafts of every class a timetable places, all or none
    "access_booking",  # one booking, for its club and the staff of its unit
    "access_bookings_at",  # bookings of a centre that are not over, for its staff
    "access_bookings_of",  # the actor's own bookings
    "access_checked_lines",  # dry run of a list of classes, every problem of every line; writes nothing
    "access_contract",
    "access_contracts",  # of the actor's units
    "access_copy_list",  # how last term's classes would go on, with clashes and fixes; writes nothing
    "access_my_contracts",
    "access_my_slips",  # the actor's own, once released
    "access_my_unpaid_sessions",  # what she taught and is not paid for, with the reason
    "access_pay_of_month",  # who taught what, what is open, which slips
    "access_sheet_choices",  # what a list of classes may name at an institution
    "access_slip",
    "access_slips",
    "access_term_board",  # a whole term by rooms or teachers, weekday and time, for those who may plan there
    "access_timetable",  # one timetable, for those who may plan there
    "access_unpaid_sessions",
    "add_assistant",  # 助教: who helps the teacher in coming meetings
    "add_programme_site",  # one more school gives classes of a programme
    "add_to_programme",  # classes of a site stand under the programme's name
    "admit_first_come",  # let the rest of classes be taken first come, once their round is over
    "answer_booking",  # the centre lends the room, or says why not
    "approve_class_run",  # publish a class with a price: an officer, never the one who handed it in
    "ask_timetable",  # let a job find times, rooms and teachers for a term
    "assistants_of",  # by meeting
    "assistants_of_run",  # of a class, with in how many meetings
    "book_room",  # ask for an idle room for a club; kept from that moment
    "cancel_booking",  # give a room back before it begins
    "cancel_class_run",  # take a class back; places and money follow by event
    "cancel_session",  # drop one meeting that has not begun
    "change_capacity",  # plan more or fewer seats; enrolment calls it and moves the pool
    "clashes",  # meetings in the way of given times in a room or with a teacher
    "class_cards",  # cards of given runs by id, one query
    "classes_nearby",  # the first few classes of a filter, nothing counted; two queries
    "copy_classes",  # 照上学期全部再开: a draft of each, all or none
    "copy_last_term",  # 照上学期再开: a new draft like an earlier class
    "count_session_pay",  # bring one meeting's pay to what it is worth now
    "delivery_of",  # meetings sold and given so far
    "drop_timetable",  # put a proposal aside
    "end_contract",
    "find_classes",  # one page of the find list with facet counts, at most 5 queries
    "find_programme",  # by code, or None
    "first_meetings",  # when each of several classes meets first
    "get_class",  # everything about a class by code, or UnknownClass
    "get_class_by_id",  # the same by id
    "get_programme",  # by code, or UnknownProgramme
    "get_session",  # one meeting, or UnknownSession
    "give_back_session",  # 不补了: the share of a cancelled meeting goes back
    "holidays_between",  # public holidays and make-up working days between two days
    "learners_needed",  # how many a class needs to open
    "leave_programme",  # a site gives no more classes of it
    "lending_day",  # a centre's rooms hour by hour
    "make_pay_slip",  # a month's pay of one teacher, with its tax
    "make_up_session",  # 补课: a meeting that makes up for a cancelled one
    "mark_session_held",  # a meeting took place
    "matrix",  # rows of a programme's matrix by site or by course
    "matrix_lines",  # its listed classes
    "metres_between",  # straight-line distance of two points
    "miss_session",  # its time came and it did not take place
    "month_after",
    "month_of",
    "move_session",  # another time, room or teacher for one meeting
    "open_class_list",  # a draft of every line, all or none
    "open_class_run",  # plan a class with all its meetings, as a draft
    "open_programme",  # found a named brand of classes
    "overlapping_sessions",  # pairs of meetings of one run and others at the same time
    "plan_copy",  # what copying last term would make; writes nothing
    "preview_plan",  # days, skipped holidays and clashes of a pattern; writes nothing
    "programme_figures",  # its sites, classes and seats, counted
    "programme_of_run",  # the programme of a class, or None
    "programmes_in",  # open programmes of a unit, or everywhere
    "programmes_of",  # those an institution gives classes of
    "publish_class_run",  # let residents see a draft: at once when free, after approval with a price
    "publish_classes",  # several drafts at once, all or none
    "quote_price",  # what a class of a length costs by rule, with sources
    "record_permission",  # the own unit's paper of a public body's member
    "refresh_due_listings",  # move listings whose meeting is over on to the next
    "refresh_listings",  # rewrite what the find page knows in a unit's subtree; after loads
    "release_pay_slip",  # a second person gives it out
    "remove_assistant",  # she helps no more from now on
    "reopen_session",  # take back that it was held
    "return_class_run",  # hand a class that waits for approval back as a draft
    "run_ids_of_programme",  # every class it gave or gives
    "runs_awaiting_approval",  # classes with a price that wait for an officer
    "runs_of",  # a centre's own classes, latest start first
    "runs_to_add",  # an institution's classes in no programme yet
    "sessions_assisted_by",  # a person's meetings as an assistant
    "sessions_at",  # all meetings at an institution on a day
    "sessions_between",  # all meetings at an institution between two days, drafts too
    "sessions_of",  # the meetings of a class in order
    "sessions_of_runs",  # meetings of several classes in a stretch of time
    "sessions_taught_by",  # a teacher's meetings on a day
    "show_by_list",  # say on the cards of a class that its seats are for the people on a list
    "show_seats_left",  # show how many seats a listed class has left; in the transaction that moves the seat
    "show_seats_left_of",  # the same for many, one statement; after loads
    "sign_contract",  # what a teacher is paid for a class hour
    "sites_of",  # the sites of a programme
    "smallest_room_to_come",  # what bounds the seats of a class
    "stop_enrolment",  # no more learners from now on
    "substitute_teacher",  # who taught is paid
    "take_back_pay_slip",
    "take_from_programme",  # a class goes on without the name
    "taken_times",  # when rooms are used by a class or a club, by room
    "teaching_volumes",
    "term_at",  # the term a day is in, with its first and last day
    "term_of",  # the same as numbers: school year, 1 autumn or 2 spring
    "timetables_of",  # the latest of a centre
    "venue_dots",  # venues with classes in a unit, for the picture of a county
]
