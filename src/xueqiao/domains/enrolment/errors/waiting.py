"""Why a waiting list or an offer says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class WaitingEntryNotFound(Refused):
    """没有找到这个候补，可能网址有误。请从“我的报名和候补”重新打开。"""

    code = "waiting_entry_not_found"
    status = 404


class OfferNotFound(Refused):
    """没有找到这个座位通知，可能网址有误。请从“我的报名和候补”重新打开。"""

    code = "offer_not_found"
    status = 404


class SeatsAreFree(Refused):
    """这个班现在有空座位，不用排候补。请直接报名，座位会先给您留住。"""

    code = "seats_are_free"


class AlreadyWaiting(Refused):
    """{name}已经在这个班的候补里了，不用再排。请到“我的报名和候补”查看排第几。"""

    code = "already_waiting"


class DrawComesFirst(Refused):
    """这个班先抽签再候补，现在还没有抽签。请在志愿填报期间填报；没抽中的会按抽签顺序自动进入候补。"""

    code = "draw_comes_first"


class LineClosed(Refused):
    """这个班快要上完了，候补已经停止。请看看附近同类的班，或下一期再报。"""

    code = "line_closed"


class PartyTooBig(Refused):
    """一起排候补的人太多：最多 {most} 人一起。请分开排，或减少人数。"""

    code = "party_too_big"


class OfferEnded(Refused):
    """这个座位通知已经结束：{state_words}。请到“我的报名和候补”查看现在的情况。"""

    code = "offer_ended"


class MoveNeedsAnother(Refused):
    """调整候补顺序要两个人：一人提出并写明理由，另一人确认。请让另一位工作人员来确认。"""

    code = "move_needs_another"
    status = 403


class MoveReasonNeeded(Refused):
    """调整候补顺序要写明理由，至少六个字；理由会给排队的人和检查的人看。请写清楚再提出。"""

    code = "move_reason_needed"
    status = 422


class MoveAskedAlready(Refused):
    """这个候补已经有一个调整在等人确认。请先确认或退回那一个。"""

    code = "move_asked_already"


class MoveNotWaiting(Refused):
    """这个调整已经办过，或者这个人已经不在候补里了，没有改动顺序。请刷新名单再看。"""

    code = "move_not_waiting"
