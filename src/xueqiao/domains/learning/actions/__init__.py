"""What learning can do: one verb per file."""

from xueqiao.domains.learning.actions.correct_attendance import correct_attendance
from xueqiao.domains.learning.actions.excuse_absences import excuse_absences
from xueqiao.domains.learning.actions.follow_absences import follow_absences
from xueqiao.domains.learning.actions.judge_completion import judge_completion
from xueqiao.domains.learning.actions.open_session_code import open_session_code
from xueqiao.domains.learning.actions.record_roll import record_roll
from xueqiao.domains.learning.actions.release_no_shows import release_no_shows
from xueqiao.domains.learning.actions.sign_in_by_code import sign_in_by_code

__all__ = [
    "correct_attendance",
    "excuse_absences",
    "follow_absences",
    "judge_completion",
    "open_session_code",
    "record_roll",
    "release_no_shows",
    "sign_in_by_code",
]
