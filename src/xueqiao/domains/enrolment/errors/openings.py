"""Why a waiting room says no."""

from xueqiao.foundation.reasons import Refused


class TurnNeeded(Refused):
    """这个班正在按号报名，现在还没轮到。请先进等候室取号：号不会丢，柜台和电话排的是同一个队。"""

    code = "turn_needed"


class NoRoomNow(Refused):
    """这个班现在不用排队。请回到这个班的页面，按上面写的办法报名。"""

    code = "no_room_now"


class TurnOver(Refused):
    """您的号已经用过或者过时了。还想报这个班，请重新取号。"""

    code = "turn_over"
