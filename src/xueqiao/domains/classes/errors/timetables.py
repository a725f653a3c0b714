"""Why a timetable cannot be asked for or accepted."""

from xueqiao.foundation.reasons import Refused


class UnknownTimetable(Refused):
    """没有找到这张课表，可能网址有误。请从“排课”页面重新打开。"""

    code = "unknown_timetable"
    status = 404


class BadTimetable(Refused):
    """课表没有排：{what}。请改正后再试。"""

    code = "bad_timetable"
    status = 422


class TimetableNotSolved(Refused):
    """这张课表现在是“{state}”，不能做成草稿。请刷新页面看最新的状态。"""

    code = "timetable_not_solved"


class TimetableOutdated(Refused):
    """排好以后有人占了教室或老师，一个草稿都没有做：{clash}。请按现在的情况重新排一次。"""

    code = "timetable_outdated"
