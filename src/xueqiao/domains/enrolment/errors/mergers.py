"""Reasons around classes with too few learners."""

from xueqiao.foundation.reasons import Refused


class AlreadyDecided(Refused):
    """这个班已经定了：开班、并班或停办。请刷新页面看最新的情况。"""

    code = "group_already_decided"


class HasBegun(Refused):
    """这个班已经开课，不能再并班。要停后面的课，请用“取消这个班”。"""

    code = "group_has_begun"


class NotTheSameCourse(Refused):
    """只能并到同一门课的班里。请另选一个班，或停办退费。"""

    code = "merge_not_the_same_course"


class TargetHasNoRoom(Refused):
    """《{title}》只剩 {left} 个座位，放不下 {needed} 位学员。请另选一个班，或先加座位。"""

    code = "merge_target_has_no_room"


class BadAnswerTime(Refused):
    """答复截止时间要在现在之后、两个班第一次上课之前。请换一个时间。"""

    code = "merge_bad_answer_time"
    status = 422


class MergeAskNotFound(Refused):
    """没有找到这个并班询问，可能已经结束。请在“我的课”里看最新的情况。"""

    code = "merge_ask_not_found"
    status = 404


class MergeAnswered(Refused):
    """这次并班已经答复过或已过截止时间，不能再改。有疑问请打社区教育中心电话。"""

    code = "merge_answered"


class KeptSeatGone(Refused):
    """给您留的座位已经不在了，可能那个班停办了。请选“不去，退钱”，或打社区教育中心电话。"""

    code = "merge_seat_gone"


class SeatKeptForMerger(Refused):
    """这个座位是并班给您留的，不用交费。请在并班的通知里选去或不去。"""

    code = "seat_kept_for_merger"
