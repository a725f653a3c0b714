"""What learning can do: one verb per file."""

from xueqiao.domains.learning.actions.correct_attendance import correct_attendance
from xueqiao.domains.learning.actions.judge_completion import judge_completion
from xueqiao.domains.learning.actions.open_session_code import open_session_code
from xueqiao.domains.learning.actions.record_roll import record_roll
from xueqiao.domains.learning.actions.sign_in_by_code import sign_in_by_code

__all__ = ["correct_attendance", "judge_completion", "open_session_code", "record_roll", "sign_in_by_code"]
