"""Reasons around cancelling, moving and making up."""

from xueqiao.foundation.reasons import Refused


class NothingToCancel(Refused):
    """这个班的课都已经开始或上完，没有可以取消的课了。要停后面的课，请先看课表。"""

    code = "nothing_to_cancel"


class SessionNotCancelled(Refused):
    """这次课没有停，不需要补课或退钱。请刷新课表再看。"""

    code = "session_not_cancelled"


class SessionSettled(Refused):
    """这次停的课已经排了补课或退了钱，不能再办一次。请刷新课表再看。"""

    code = "session_settled"
