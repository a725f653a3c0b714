"""The door of learning: attendance, completion, and the participations that figures lead back to."""

from xueqiao.domains.learning.actions import (
    correct_attendance,
    excuse_absences,
    follow_absences,
    judge_completion,
    open_session_code,
    record_roll,
    release_no_shows,
    sign_in_by_code,
)
from xueqiao.domains.learning.events import (
    AbsenceExcused,
    AttendanceCorrected,
    AttendanceRecorded,
    CompletionJudged,
    RollSigned,
)
from xueqiao.domains.learning.queries.absences import absence_numbers, absences_at, absences_of, access_absence
from xueqiao.domains.learning.queries.attendance import (
    access_attendance,
    access_completion,
    access_completions,
    access_roll,
    access_rotating_code,
    arrivals_of,
    attendance_by_run,
    attendance_of,
    completions_of_institution,
    participants_by_unit,
    participation_events,
    participation_homes,
    session_of_token,
)
from xueqiao.domains.learning.values import (
    AbsenceView,
    AttendanceLine,
    CompletionVerdict,
    CompletionView,
    ParticipantCount,
    ParticipationEvent,
    ParticipationPage,
    Roll,
    RollLine,
    RotatingCode,
    SessionPlan,
    SignIn,
)

__all__ = [
    "AbsenceExcused",  # fact: somebody said why a learner stayed away
    "AbsenceView",
    "AttendanceCorrected",  # fact: a recorded state was changed
    "AttendanceLine",
    "AttendanceRecorded",  # fact: presence or absence is on record
    "CompletionJudged",  # fact: the rule found a class completed
    "CompletionVerdict",
    "CompletionView",
    "ParticipantCount",
    "ParticipationEvent",
    "ParticipationPage",
    "Roll",
    "RollLine",
    "RollSigned",  # fact: the teacher signed a session's roll
    "RotatingCode",
    "SessionPlan",
    "SignIn",
    "absence_numbers",  # after how many absences in a row what follows, where and when
    "absences_at",  # who stays away without a word in a centre's classes, for its desk
    "absences_of",  # the same for persons the actor may see
    "access_absence",  # one such case, for those who may see it
    "access_attendance",  # every recorded session of some persons, newest first, bounded
    "access_completion",  # one completion the actor may see
    "access_completions",  # completions of some persons, newest first
    "access_roll",  # the roll of a session, for its teacher or staff of the place
    "access_rotating_code",  # the code to show now; the teacher's screen asks again every few seconds
    "arrivals_of",  # how many came to each session, numbers only
    "attendance_by_run",  # the same for many classes of one learner
    "attendance_of",  # all sessions of one class run for one learner, recorded or not
    "completions_of_institution",  # ids, in order, for work in parts
    "correct_attendance",  # change one recorded state; late changes need a reason the learner sees
    "excuse_absences",  # say why: the seat stays hers
    "follow_absences",  # count absences in a row after a roll
    "judge_completion",  # who completed a class run by the rule; safe to repeat
    "open_session_code",  # make the secret behind a session's rotating code
    "participants_by_unit",  # distinct persons with a valid participation, all five levels, one statement
    "participation_events",  # the events behind such a number, names only to those who may see them
    "participation_homes",  # persons with a valid participation, once per home, streamed
    "record_roll",  # sign the roll: everyone present except those marked
    "release_no_shows",  # seats whose announced day has come go to who waits
    "session_of_token",  # what a scanned code belongs to, without signing anybody in
    "sign_in_by_code",  # a scan: signed in, or friendly "already signed in at 18:58"
]
