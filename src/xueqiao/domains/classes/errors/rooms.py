"""Why a room is not lent."""

from xueqiao.foundation.reasons import Refused


class UnknownBooking(Refused):
    """没有找到这次借用，可能网址有误。请从“我借的教室”重新打开。"""

    code = "unknown_booking"
    status = 404


class BadBooking(Refused):
    """教室没有借成：{what}。请改正后再试。"""

    code = "bad_booking"
    status = 422


class RoomNotFree(Refused):
    """{room}在{when}刚被占了，没有借成。请换一个钟点，或换一间教室。"""

    code = "room_not_free"


class TooManyBookings(Refused):
    """您已经有 {limit} 次借用还没用完，先用完或取消一次，再借新的。"""

    code = "too_many_bookings"


class BookingAnswered(Refused):
    """这次借用现在是“{state}”，不能这样办。请刷新页面看最新的状态。"""

    code = "booking_answered"
