"""Why enrolment says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class PlaceNotFound(Refused):
    """没有找到这个报名，可能网址有误。请从“我报的课”重新打开。"""

    code = "place_not_found"
    status = 404


class ClassFull(Refused):
    """这个班的座位刚刚满了，没有给您占座。请看看附近同类的班，或过一会儿再来：有人放弃时座位会放出来。"""

    code = "class_full"


class NotOpenYet(Refused):
    """这个班还没开始报名：{opens} 开始。到时候再来就行，不用排队等。"""

    code = "not_open_yet"


class EnrolmentClosed(Refused):
    """这个班的报名已经结束：{closed} 截止。请看看附近还有座位的班。"""

    code = "enrolment_closed"


class ClassNotOffered(Refused):
    """这个班现在不招生：{state_words}。请看看附近还有座位的班。"""

    code = "class_not_offered"


class AdmissionNotFirstCome(Refused):
    """这个班不是先到先得，要{mode_words}，不能直接占座。请在这个班的页面上查看办法。"""

    code = "admission_not_first_come"


class AlreadyEnrolled(Refused):
    """{name}已经报了这个班，不用再报。请到“我报的课”查看。"""

    code = "already_enrolled"


class TimeClash(Refused):
    """这个时间您已经有课：{clash}。换一个班，或先退掉那一个。"""

    code = "time_clash"


class AgeOutside(Refused):
    """这个班招收{limits}的学员，{name}今年{age}岁，报不了。请看看同类的其他班。"""

    code = "age_outside"


class TermLimitReached(Refused):
    """这个学期最多报{limit}个班{where}，{name}已经报满。先退掉一个，或下学期再报。"""

    code = "term_limit_reached"


class SpendingCapReached(Refused):
    """这个班要交 {price} 元，超过了家人给您定的本学期额度（还剩 {left} 元）。请和家人商量后再报。"""

    code = "spending_cap_reached"


class GuardianMustEnrol(Refused):
    """未满 14 岁要由监护人来报名。请让监护人登录自己的账号，在“家人”里替孩子报名。"""

    code = "guardian_must_enrol"
    status = 403


class HoldExpired(Refused):
    """座位保留时间已过，座位已经放出来，没有扣您的钱。还有座位时请重新报名。"""

    code = "hold_expired"


class HoldExtendedAlready(Refused):
    """座位保留时间只能延长一次，已经延长到 {until}。请在这之前办完。"""

    code = "hold_extended_already"


class PlaceNotHeld(Refused):
    """这个座位现在不在保留中：{state_words}。请到“我报的课”查看。"""

    code = "place_not_held"


class PlaceNotConfirmed(Refused):
    """这个报名现在不能退：{state_words}。请到“我报的课”查看。"""

    code = "place_not_confirmed"


class PriceChanged(Refused):
    """这个班的价格刚刚改了，现在要交 {price} 元。请看清楚新的价格，再确认一次。"""

    code = "price_changed"


class PaymentNeeded(Refused):
    """这个班要交费，付了款才算报上。请到付款页选择付款方式。"""

    code = "payment_needed"


class NothingToPay(Refused):
    """这个班是免费的，不用交钱。请直接确认报名。"""

    code = "nothing_to_pay"


class RequestKeyReused(Refused):
    """这个表单已经提交过，内容却不一样。请返回上一页，刷新后再试。"""

    code = "request_key_reused"
    status = 422


class SeatsBusy(Refused):
    """现在报名的人很多，系统一时忙不过来，没有给您占座，也没有扣钱。请过几秒再按一次。"""

    code = "seats_busy"
    status = 503


class AmountMoved(Refused):
    """能退的钱和您刚才看到的不一样了，现在可以退 {refund} 元。请看清楚后再确认一次。"""

    code = "amount_moved"


class SeatsInUse(Refused):
    """座位数不能减到 {wanted} 个：已经有 {used} 个座位占着。请先和学员商量退课或转班，再减座位。"""

    code = "seats_in_use"


class SeatsPromised(Refused):
    """座位数没有减：这个班正在抽签报名，{round}已经公布了座位。请等抽签结果都发给抽中的人以后再减；要加座位现在就可以。"""

    code = "seats_promised"
