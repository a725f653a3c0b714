"""The door of enrolment. Amounts in fen, times aware."""

from xueqiao.domains.enrolment.actions.accept_offer import accept_offer
from xueqiao.domains.enrolment.actions.add_interview_slots import add_interview_slots
from xueqiao.domains.enrolment.actions.answer_invitation import answer_invitation
from xueqiao.domains.enrolment.actions.answer_merge import answer_merge
from xueqiao.domains.enrolment.actions.ask_hardship_refund import ask_hardship_refund
from xueqiao.domains.enrolment.actions.ask_merge import ask_merge
from xueqiao.domains.enrolment.actions.ask_move_in_line import ask_move_in_line
from xueqiao.domains.enrolment.actions.bill_seat import bill_seat
from xueqiao.domains.enrolment.actions.book_interview import book_interview
from xueqiao.domains.enrolment.actions.call_next import call_next
from xueqiao.domains.enrolment.actions.cancel_round import cancel_round
from xueqiao.domains.enrolment.actions.change_seats import change_seats
from xueqiao.domains.enrolment.actions.change_wishes import change_wishes
from xueqiao.domains.enrolment.actions.claim_return import claim_return
from xueqiao.domains.enrolment.actions.confirm_paid_seat import confirm_paid_seat
from xueqiao.domains.enrolment.actions.confirm_seat import confirm_seat
from xueqiao.domains.enrolment.actions.decide_hardship_refund import decide_hardship_refund
from xueqiao.domains.enrolment.actions.decide_late_entry import decide_late_entry
from xueqiao.domains.enrolment.actions.decline_offer import decline_offer
from xueqiao.domains.enrolment.actions.draw_round import draw_round
from xueqiao.domains.enrolment.actions.end_cancelled_run import end_cancelled_run
from xueqiao.domains.enrolment.actions.end_cancelled_runs import end_cancelled_runs
from xueqiao.domains.enrolment.actions.enrol_at_counter import enrol_at_counter
from xueqiao.domains.enrolment.actions.enter_room import enter_room
from xueqiao.domains.enrolment.actions.enter_rooms import enter_rooms
from xueqiao.domains.enrolment.actions.enter_round import enter_round, require_may_enter
from xueqiao.domains.enrolment.actions.expire_holds import expire_holds
from xueqiao.domains.enrolment.actions.extend_hold import extend_hold
from xueqiao.domains.enrolment.actions.finish_mergers import finish_mergers
from xueqiao.domains.enrolment.actions.forget_listed import forget_listed
from xueqiao.domains.enrolment.actions.freeze_round import freeze_round
from xueqiao.domains.enrolment.actions.give_back_meeting import give_back_meeting
from xueqiao.domains.enrolment.actions.give_declaration import give_declaration
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.actions.hold_seats import hold_seats
from xueqiao.domains.enrolment.actions.invite_to_entry import invite_to_entry
from xueqiao.domains.enrolment.actions.join_waiting_list import join_waiting_list
from xueqiao.domains.enrolment.actions.judge_interview import judge_interview
from xueqiao.domains.enrolment.actions.keep_for_counter import keep_for_counter
from xueqiao.domains.enrolment.actions.leave_room import leave_room
from xueqiao.domains.enrolment.actions.leave_round import leave_round
from xueqiao.domains.enrolment.actions.leave_waiting_list import leave_waiting_list
from xueqiao.domains.enrolment.actions.list_learners import list_learners
from xueqiao.domains.enrolment.actions.mark_present import mark_present
from xueqiao.domains.enrolment.actions.miss_interview import miss_interview
from xueqiao.domains.enrolment.actions.move_in_line import move_in_line
from xueqiao.domains.enrolment.actions.offer_drawn_places import offer_drawn_places
from xueqiao.domains.enrolment.actions.offer_freed_seats import offer_freed_seats
from xueqiao.domains.enrolment.actions.open_leftovers import open_leftovers
from xueqiao.domains.enrolment.actions.open_round import open_round
from xueqiao.domains.enrolment.actions.open_small_class import open_small_class
from xueqiao.domains.enrolment.actions.owe_session import owe_session
from xueqiao.domains.enrolment.actions.plan_round import plan_round
from xueqiao.domains.enrolment.actions.publish_interviews import publish_interviews
from xueqiao.domains.enrolment.actions.receive_late_entry import receive_late_entry
from xueqiao.domains.enrolment.actions.record_offer_call import record_offer_call
from xueqiao.domains.enrolment.actions.register_device import register_device
from xueqiao.domains.enrolment.actions.release_hold import release_hold
from xueqiao.domains.enrolment.actions.release_no_show import release_no_show
from xueqiao.domains.enrolment.actions.remind_of_small_classes import remind_of_small_classes
from xueqiao.domains.enrolment.actions.return_cancelled_run import return_cancelled_run
from xueqiao.domains.enrolment.actions.return_missed_sessions import return_missed_sessions
from xueqiao.domains.enrolment.actions.roll_into_waiting_list import roll_into_waiting_list
from xueqiao.domains.enrolment.actions.settle_session import settle_session
from xueqiao.domains.enrolment.actions.sync_device import SentEntry, sync_device
from xueqiao.domains.enrolment.actions.take_back_place import take_back_place
from xueqiao.domains.enrolment.actions.tell_returning import tell_returning
from xueqiao.domains.enrolment.actions.tell_session_change import tell_session_change
from xueqiao.domains.enrolment.actions.type_source_value import type_source_value
from xueqiao.domains.enrolment.actions.unsettle_session import unsettle_session
from xueqiao.domains.enrolment.actions.use_make_ups import use_make_ups
from xueqiao.domains.enrolment.actions.withdraw import withdraw
from xueqiao.domains.enrolment.actions.withdraw_device import withdraw_device
from xueqiao.domains.enrolment.actions.write_criteria import write_criteria
from xueqiao.domains.enrolment.draws.check import check_folder
from xueqiao.domains.enrolment.draws.fingerprint import fingerprint
from xueqiao.domains.enrolment.draws.publication import script_bytes
from xueqiao.domains.enrolment.draws.receipts import receipt_bytes, what_is_wrong
from xueqiao.domains.enrolment.draws.sources import SourceKind, source_kind
from xueqiao.domains.enrolment.events import (
    CompanionInvited,
    DrawPublished,
    InvitationAnswered,
    LatePaymentReturned,
    PlaceConfirmed,
    PlaceMoved,
    PlaceRemoved,
    PlaceWithdrawn,
    RoundCancelled,
    RoundEntered,
    RoundFrozen,
    RoundLeft,
    RoundOpened,
    SeatFreed,
    SeatHeld,
    SeatOffered,
    WishesChanged,
)
from xueqiao.domains.enrolment.queries.capacity import access_seat_limits
from xueqiao.domains.enrolment.queries.changes import preview_cancellation
from xueqiao.domains.enrolment.queries.draws import (
    access_draw,
    access_receipt,
    draws_due,
    draws_in,
    find_draw_of_run,
    get_draw,
    list_page,
    page_with,
    published_file,
    published_names,
    receipts_of,
    report_of,
    result_page,
    typing_of,
)
from xueqiao.domains.enrolment.queries.hardship import (
    access_evidence,
    access_hardship_of,
    access_hardship_waiting,
)
from xueqiao.domains.enrolment.queries.interviews import (
    access_interview,
    criteria_of,
    find_interview_of,
    interviews_of,
    round_code_of,
    slots_for,
    slots_of,
)
from xueqiao.domains.enrolment.queries.late import devices_of, late_entries_of
from xueqiao.domains.enrolment.queries.lists import access_listed_seats, host_of_class
from xueqiao.domains.enrolment.queries.mergers import access_merge_ask, merge_targets, mergers_running, small_classes
from xueqiao.domains.enrolment.queries.offers import (
    access_offer,
    access_waiting,
    freeing_history,
    line_rows,
    moves_of,
    offers_made,
    offers_of_places,
    offers_to,
    offers_to_call,
    waiting_of,
)
from xueqiao.domains.enrolment.queries.openings import (
    access_desk_numbers,
    arrival_changes,
    arrivals_ahead,
    find_arrival,
    get_room,
    live_rooms,
    room_phase_of,
)
from xueqiao.domains.enrolment.queries.papers import access_papers
from xueqiao.domains.enrolment.queries.returns import returns_of
from xueqiao.domains.enrolment.queries.round_facts import facts_of_person
from xueqiao.domains.enrolment.queries.round_numbers import numbers_at, offer_hours_at
from xueqiao.domains.enrolment.queries.rounds import (
    access_entry,
    access_round,
    entries_at_counter,
    entries_by_channel,
    entries_of,
    find_entry_of,
    find_round_of_run,
    get_round,
    get_round_by_id,
    modes_of_rounds,
    public_rounds,
    rounds_in,
)
from xueqiao.domains.enrolment.queries.seats import (
    access_place,
    access_place_by_code,
    access_place_of_bill,
    calls_to_make,
    confirmed_persons,
    confirmed_places,
    count_learners,
    counter_hold_until,
    is_enrolled,
    places_held_by,
    quote_for,
    refund_now,
    refund_rule_of,
    roster_of,
    seats_of,
    title_of_class,
)
from xueqiao.domains.enrolment.queries.takeable import clashing, classes_open_to
from xueqiao.domains.enrolment.queries.waiting import line_end, may_tell_people_at
from xueqiao.domains.enrolment.rules.devices import decoded
from xueqiao.domains.enrolment.rules.hardship import PROOF_BYTES_MAX, PROOFS_MAX
from xueqiao.domains.enrolment.rules.openings import refresh_seconds, wait_minutes
from xueqiao.domains.enrolment.rules.paper import PaperForm, form_text, read_forms
from xueqiao.domains.enrolment.rules.weights import member_weight
from xueqiao.domains.enrolment.values.capacity import SeatLimits
from xueqiao.domains.enrolment.values.changes import CancellationPreview
from xueqiao.domains.enrolment.values.draws import DrawStep, DrawView, ReceiptView, TypingView
from xueqiao.domains.enrolment.values.hardship import HardshipView, Proof
from xueqiao.domains.enrolment.values.interviews import (
    CriterionPlan,
    CriterionView,
    InterviewView,
    SheetView,
    SlotView,
)
from xueqiao.domains.enrolment.values.late import DeviceView, LateView, SyncLine
from xueqiao.domains.enrolment.values.mergers import MergeAskView, MergeProgress, MergeTarget, SmallClass
from xueqiao.domains.enrolment.values.openings import ArrivalChange, ArrivalView, DeskNumber, RoomRequest, RoomView
from xueqiao.domains.enrolment.values.returns import ReturnOption
from xueqiao.domains.enrolment.values.rounds import (
    BUCKETS,
    EntryView,
    MemberFacts,
    QuotaPlan,
    RoundPlan,
    RoundRunPlan,
    RoundRunView,
    RoundView,
    WeightRule,
)
from xueqiao.domains.enrolment.values.seats import (
    CallToMake,
    HoldAnswer,
    HoldRequest,
    PlaceView,
    RefundRule,
    RosterRow,
    SeatCount,
    WithdrawalView,
)
from xueqiao.domains.enrolment.values.takeable import OpenClass
from xueqiao.domains.enrolment.values.waiting import (
    FreeingHistory,
    LineEnd,
    LineRow,
    MoveView,
    OfferRow,
    OfferToCall,
    OfferView,
    WaitingView,
)

__all__ = [
    "BUCKETS",  # whom seats may be kept for
    "PROOFS_MAX",
    "PROOF_BYTES_MAX",
    "ArrivalChange",
    "ArrivalView",
    "CallToMake",
    "CancellationPreview",
    "CompanionInvited",  # fact: somebody was asked to share an entry
    "CriterionPlan",
    "CriterionView",
    "DeskNumber",  # one of those numbers
    "DeviceView",
    "DrawPublished",  # fact: the result of a draw is public
    "DrawStep",
    "DrawView",
    "EntryView",
    "FreeingHistory",
    "HardshipView",
    "HoldAnswer",
    "HoldRequest",
    "InterviewView",
    "InvitationAnswered",  # fact: who was asked has answered
    "LatePaymentReturned",  # fact: money came too late, all of it goes back
    "LateView",
    "LineEnd",
    "LineRow",
    "MemberFacts",
    "MergeAskView",
    "MergeProgress",
    "MergeTarget",
    "MoveView",
    "OfferRow",
    "OfferToCall",
    "OfferView",
    "OpenClass",
    "PaperForm",
    "PlaceConfirmed",  # fact: somebody is enrolled
    "PlaceMoved",  # fact: a learner moved to another class of the same course
    "PlaceRemoved",  # fact: the organiser ended a live place
    "PlaceView",
    "PlaceWithdrawn",  # fact: somebody left a class
    "Proof",
    "QuotaPlan",
    "ReceiptView",
    "RefundRule",
    "ReturnOption",
    "RoomRequest",
    "RoomView",
    "RosterRow",
    "RoundCancelled",  # fact: a round ended without a draw
    "RoundEntered",  # fact: somebody entered a round
    "RoundFrozen",  # fact: the list of a round is closed and public
    "RoundLeft",  # fact: somebody took herself out
    "RoundOpened",  # fact: a round's rules are public
    "RoundPlan",
    "RoundRunPlan",
    "RoundRunView",
    "RoundView",
    "SeatCount",
    "SeatFreed",  # fact: a seat came back
    "SeatHeld",  # fact: a seat is kept for somebody
    "SeatLimits",
    "SeatOffered",  # fact: a seat is held for somebody from the line or the draw
    "SentEntry",
    "SheetView",
    "SlotView",
    "SmallClass",
    "SourceKind",
    "SyncLine",
    "TypingView",
    "WaitingView",
    "WeightRule",
    "WishesChanged",  # fact: ranked wishes were changed
    "WithdrawalView",
    "accept_offer",  # yes to an offered seat
    "access_desk_numbers",  # numbers that the desks of a unit took for visitors and callers
    "access_draw",  # a round on its way to the draw, in any state, for its staff
    "access_entry",  # one entry, for those who may see it
    "access_evidence",  # a paper of a request, for its person and who decides
    "access_hardship_of",  # the newest request of a place
    "access_hardship_waiting",  # requests that wait in a unit
    "access_interview",  # one interview for who may judge it, with her own sheet
    "access_listed_seats",  # who on the list of a class has a seat
    "access_merge_ask",  # what a learner is asked
    "access_offer",  # one offer, for those who may see it
    "access_papers",  # which papers of a person are good today
    "access_place",  # one place, for those who may see it
    "access_place_by_code",  # by the number on the slip, for the desk
    "access_place_of_bill",  # the place a bill pays for
    "access_receipt",  # what proves an entry's own line, for its people and staff
    "access_round",  # a round in any state, for its staff
    "access_seat_limits",  # how far the seats of a class can be changed, for its staff
    "access_waiting",  # one entry in a line, for those who may see it
    "add_interview_slots",  # offer times at which a class sees applicants
    "answer_invitation",  # yes or no to sharing an entry
    "answer_merge",  # yes or no to moving to the other class
    "arrival_changes",  # news of waiting rooms, for copies in memory
    "arrivals_ahead",  # how many numbers wait in front
    "ask_hardship_refund",  # illness, death, moving away: the part not given, with proof
    "ask_merge",  # ask the learners of a small class to move, seats kept meanwhile
    "ask_move_in_line",  # staff ask for another order, with a reason
    "bill_seat",  # the bill of a held seat, after the person confirmed the price
    "book_interview",  # take a time for an entry's interview, or move it
    "call_next",  # numbers at the opening, then turns, never more than free seats
    "calls_to_make",  # held seats that wait for the desk, with phones
    "cancel_round",  # end a round that was not drawn
    "change_seats",  # a class has more seats, or fewer; new ones go to its line first
    "change_wishes",  # replace the ranked wishes before the close
    "check_folder",  # run a published draw again, from its files alone
    "claim_return",  # keep a seat of the class that continues last term's
    "clashing",  # which of some classes meet at the same time
    "classes_open_to",  # the nearest classes that would take a person now
    "confirm_paid_seat",  # after the money came: enrol, or give all of it back
    "confirm_seat",  # enrol in a free class
    "confirmed_persons",  # who is enrolled, for attendance and completion
    "confirmed_places",  # their places, for the rule of absences
    "count_learners",  # people with a place in any of several runs, each once
    "counter_hold_until",  # until when a held seat would be kept for paying at the centre
    "criteria_of",  # by what the interviews of a round are judged
    "decide_hardship_refund",  # grant or refuse, two people above an amount
    "decide_late_entry",  # a second person accepts or refuses a late form
    "decline_offer",  # no to an offered seat; the place in line is kept once
    "decoded",  # bytes of a base64 text
    "devices_of",  # the clerk's own desk devices
    "draw_round",  # hold the draw over the published list and publish the result
    "draws_due",  # rounds that wait for somebody: to be closed, or to be drawn
    "draws_in",  # rounds of the actor's units on their way to the draw
    "end_cancelled_run",  # of a cancelled class: places end, money goes back, learners are told
    "end_cancelled_runs",  # the sweep over all of them
    "enrol_at_counter",  # a clerk enrols somebody: the same rules and locks
    "enter_room",  # a number in a waiting room; a clerk takes one for a caller
    "enter_rooms",  # the same for many residents at once
    "enter_round",  # enter with ranked wishes; idempotent, one ticket per person
    "entries_at_counter",  # the latest entries of a round for its staff
    "entries_by_channel",  # how many came by which channel
    "entries_of",  # entries of persons the actor may see
    "expire_holds",  # the sweep of holds past their time
    "extend_hold",  # as long again, once
    "facts_of_person",  # what a person's weight in a round would rest on
    "find_arrival",  # somebody's newest number in a room
    "find_draw_of_run",  # the code of the public draw that gave a class's seats away
    "find_entry_of",  # the living entry of a person in a round
    "find_interview_of",  # the interview of an entry
    "find_round_of_run",  # the public round a class is in
    "fingerprint",  # a hash as sixteen characters
    "finish_mergers",  # the sweep that ends them
    "forget_listed",  # the names of a list that is over
    "form_text",  # what the QR code of a paper form holds
    "freeing_history",  # how many seats usually come free
    "freeze_round",  # close a round's list and publish it, before the public value falls
    "get_draw",  # a draw as anybody may see it, from the freeze on
    "get_room",  # a waiting room as its page shows it
    "get_round",  # a public round by code
    "get_round_by_id",  # a round by id
    "give_back_meeting",  # pay one meeting back that is not made up for
    "give_declaration",  # a health declaration, or a relative's signature
    "hold_seat",  # keep a seat until a stated time; idempotent by request key
    "hold_seats",  # the same for many residents in one transaction
    "host_of_class",  # whose people the seats of a class by list are for
    "interviews_of",  # the interviews of a round for its staff
    "invite_to_entry",  # ask somebody to share an entry
    "is_enrolled",  # has this person a confirmed place in this class
    "join_waiting_list",  # stand at the end of a class's line, alone or as a party
    "judge_interview",  # one judge's sheet; two people judge apart
    "keep_for_counter",  # keep it 48 hours for paying at the centre
    "late_entries_of",  # late forms of a round for its staff
    "leave_room",  # give the number back
    "leave_round",  # take one person out before the close
    "leave_waiting_list",  # leave it, at any time
    "line_end",  # where somebody would stand who joined a line now, and whether it may be joined
    "line_rows",  # the line with each entry's reason, for the desk
    "list_learners",  # a class by list: its seats are for these people alone
    "list_page",  # one page of the frozen list
    "live_rooms",  # every room that has not ended
    "mark_present",  # only who is there is called
    "may_tell_people_at",  # when people of a class may be told something: not at night
    "member_weight",  # the weight of one person by the written rule
    "merge_targets",  # classes a small one may be merged into
    "mergers_running",  # how far the asking is
    "miss_interview",  # nobody came
    "modes_of_rounds",  # how rounds admit
    "move_in_line",  # a second member of staff decides about another order
    "moves_of",  # changes of a line's order
    "numbers_at",  # what a plan is checked against
    "offer_drawn_places",  # hold the seats of a draw's winners and tell them
    "offer_freed_seats",  # the one promotion: what came free goes to the line, in order
    "offer_hours_at",  # how long a winner has, as a plan begins with
    "offers_made",  # why her: offers of a class with whom they went past
    "offers_of_places",  # open offers by place
    "offers_to",  # offers to persons the actor may see
    "offers_to_call",  # open offers the desk should ring about
    "open_leftovers",  # drawn rounds whose moment for leftovers has come
    "open_round",  # a second person makes a planned round public
    "open_small_class",  # open it anyway
    "owe_session",  # a meeting fell out: its money is owed
    "page_with",  # the page of a line
    "places_held_by",  # places of persons the actor may see
    "plan_round",  # write a round down
    "preview_cancellation",  # whom and how much a cancellation would touch
    "public_rounds",  # rounds residents may look at in a unit
    "publish_interviews",  # results of interviews, in the order of points
    "published_file",  # the path of a published file, or of the zip of all
    "published_names",  # names and sizes of the public files
    "quote_for",  # what a held seat costs this person now, with everything taken off by itself
    "read_forms",  # what a scanner and a clerk typed, form by form
    "receipt_bytes",  # a receipt as its file
    "receipts_of",  # own entries in a frozen round
    "receive_late_entry",  # a form stamped before the close that came after it
    "record_offer_call",  # how a call went, and what was said
    "refresh_seconds",  # when a waiting page asks again
    "refund_now",  # what a withdrawal would give back, with the rule
    "refund_rule_of",  # the refund rule of a place in one sentence
    "register_device",  # a village desk's device, by its public key
    "release_hold",  # give a held seat back
    "release_no_show",  # the seat of somebody who stays away goes to who waits
    "remind_of_small_classes",  # a job's work
    "report_of",  # the fairness report
    "require_may_enter",  # what enter_round would raise; for dry runs
    "result_page",  # one page of the result, in drawn order
    "return_cancelled_run",  # a class was taken back: its undelivered money goes back
    "return_missed_sessions",  # money of meetings never made up goes back
    "returns_of",  # where persons the actor may see may go on without the draw
    "roll_into_waiting_list",  # losers of a draw stand in the lines, in drawn order
    "room_phase_of",  # has this class a waiting room now
    "roster_of",  # who is in a class, for its teacher and desk
    "round_code_of",  # the round an interview belongs to
    "rounds_in",  # the rounds of the staff's units
    "script_bytes",  # the scripts of the checking page
    "seats_of",  # capacity, held, taken
    "settle_session",  # a meeting was held: its money is earned
    "slots_for",  # times ahead for an entry's interview
    "slots_of",  # all times of a round
    "small_classes",  # classes with too few learners whose decision is due
    "source_kind",  # a kind of public value, with words and an example
    "sync_device",  # take in what a device signed without network
    "take_back_place",  # the reversal of a confirmation within its ten minutes, for undo_step
    "tell_returning",  # a job's work
    "tell_session_change",  # notices of a moved, added or cancelled meeting, and who may leave for it
    "title_of_class",  # of a class with seats
    "type_source_value",  # the public value, by two people, each by herself
    "typing_of",  # where the public value stands, for staff
    "unsettle_session",  # the correction of settle_session
    "use_make_ups",  # owed money waits for meetings added since
    "wait_minutes",  # about how long
    "waiting_of",  # live entries of persons the actor may see
    "what_is_wrong",  # what does not fit in a receipt
    "withdraw",  # leave a class; money back by the dated rule
    "withdraw_device",  # nothing a lost device sends counts
    "write_criteria",  # by what interviews are judged, before the round opens
]
