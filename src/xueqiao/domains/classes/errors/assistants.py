"""Why somebody does not assist."""

from xueqiao.foundation.reasons import Refused


class AssistantTaken(Refused):
    """{name}在{when}已经有《{title}》，一个人不能同时在两处，助教没有加。请换一位，或只加别的几次课。"""

    code = "assistant_taken"


class AssistantUnfit(Refused):
    """助教没有加：{what}。请从名单里另选一位。"""

    code = "assistant_unfit"
    status = 422


class AssistantsEnough(Refused):
    """这次课（{when}）已经有 {limit} 位助教，没有再加。请先取消一位，再加新的。"""

    code = "assistants_enough"


class NoMeetingToAssist(Refused):
    """这个班没有可以加助教的课：都已经开始、上完或停了。请看课表上还有没有以后的课。"""

    code = "no_meeting_to_assist"
