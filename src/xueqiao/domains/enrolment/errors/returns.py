"""Why keeping a seat for the next term says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class ReturnsNotOpen(Refused):
    """还没到续读优先的时候：{opens} 开始。优先期里什么时候来都一样，座位给您留着。"""

    code = "returns_not_open"


class ReturnsOver(Refused):
    """续读优先期已经过了，没有留座位。请照样填志愿：登记为续读的座位，抽签时仍先给续读的人。"""

    code = "returns_over"


class MayNotReturn(Refused):
    """{name}不能直接续读《{title}》：{why}。请照样填志愿，和大家一起抽签。"""

    code = "may_not_return"


class ReturnsFull(Refused):
    """《{title}》能直接续读的座位已经留完，其余的留给别的学员。请照样填志愿，和大家一起抽签。"""

    code = "returns_full"
