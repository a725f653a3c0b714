"""Why payments says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class UnknownGateway(Refused):
    """这种付款方式还没有开通。请换一种方式，或到中心柜台交费。"""

    code = "unknown_gateway"
    status = 404


class BillNotFound(Refused):
    """没有找到这张账单，可能网址有误。请从“我报的课”重新打开。"""

    code = "bill_not_found"
    status = 404


class BillNotDue(Refused):
    """这张账单现在不能付款：{state_words}。没有扣您的钱。"""

    code = "bill_not_due"


class BillAlreadyPaid(Refused):
    """这张账单已经付过了，不用再付。请到“我报的课”查看。"""

    code = "bill_already_paid"


class BillPastDue(Refused):
    """座位保留时间已过，这张账单不能再付，没有扣您的钱。还有座位时请重新报名。"""

    code = "bill_past_due"


class PayLinkGone(Refused):
    """这个代付链接已经失效。请让家人从付款页重新发一个。"""

    code = "pay_link_gone"
    status = 404


class RefundAboveCollected(Refused):
    """退款不能超过已经收到的钱：还可以退 {left} 元。什么都没有改动。"""

    code = "refund_above_paid"


class RefundKeyReused(Refused):
    """这笔退款已经按另一个金额办过。请刷新页面后查看结果。"""

    code = "refund_key_reused"


class CashAmountDiffers(Refused):
    """收到的现金和账单对不上：账单是 {due} 元。请核对后再收。"""

    code = "cash_amount_differs"
    status = 422


class PayerNotKnown(Refused):
    """微信没有说明是谁在付款，没有扣您的钱，座位还给您留着。请回到付款页再按一次，或换一种付款方式。"""

    code = "payer_not_known"


class GatewayIsDown(Refused):
    """现在连不上这家支付公司，没有扣您的钱，座位还给您留着。请换一种付款方式，或过两分钟再按一次。"""

    code = "gateway_is_down"
    status = 503
