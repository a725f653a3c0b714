"""Why demand says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class CreditCodeWrong(Refused):
    """统一社会信用代码不对：要 18 位，末位是校验码。请照营业执照再抄一遍。"""

    code = "credit_code_wrong"
    status = 422


class EnterpriseKnown(Refused):
    """这家企业已经登记过了。请让本单位的经办人把您加进来，或联系社区教育中心。"""

    code = "enterprise_known"


class EnterpriseNotFound(Refused):
    """没有找到这家企业，或者您不是它的经办人。请从“企业服务”重新打开。"""

    code = "enterprise_not_found"
    status = 404


class EnterpriseNotVerified(Refused):
    """这家企业还没有核验，暂时不能下单。工作人员核对执照后会通知您。"""

    code = "enterprise_not_verified"


class BadOrder(Refused):
    """订单没有提交：{what}。请改正后再提交。"""

    code = "bad_order"
    status = 422


class GroupTooSmall(Refused):
    """单独开班要 {least} 人以上，或写明招用的岗位。请加人，或让员工单独报名现有的班。"""

    code = "group_too_small"
    status = 422


class OrderNotFound(Refused):
    """没有找到这张订单，或者它不归您管。请从订单列表重新打开。"""

    code = "order_not_found"
    status = 404


class OrderNotInThisState(Refused):
    """这张订单现在是“{state}”，不能这样办。请刷新页面看最新的状态。"""

    code = "order_not_in_this_state"


class QuoteRanOut(Refused):
    """这份报价 {day} 已经到期，没有接受。请让社区教育中心重新报价。"""

    code = "quote_ran_out"


class RunDoesNotFit(Refused):
    """这个班不能给这张订单用：{what}。请换一个班。"""

    code = "run_does_not_fit"
    status = 422


class LearnersRefused(Refused):
    """名单没有收，一个人都没有加：{lines} 行里有 {wrong} 行要改，先看第 {first} 行：{why}"""

    code = "learners_refused"
    status = 422


class NoLearnerLines(Refused):
    """名单没有收：里面一个人都没有。请每行写一个人：姓名、手机号、岗位。"""

    code = "no_learner_lines"
    status = 422


class PhoneTwice(Refused):
    """这个手机号第 {line} 行已经写过。每人写自己的手机号，请改一行。"""

    code = "named_phone_twice"


class PhoneNamedOtherwise(Refused):
    """名单上这个手机号是{name}。写错了请先把{name}从名单拿掉，再加。"""

    code = "named_phone_otherwise"


class TooManyLearners(Refused):
    """订单只订了 {most} 人，这一行放不下。请先拿掉不来的人，或另下一张订单。"""

    code = "too_many_named"


class LearnerListShut(Refused):
    """名单现在不能改：{what}。没有改动；有事请联系社区教育中心。"""

    code = "learner_list_shut"


class NamedLearnerNotFound(Refused):
    """名单上没有这个人，可能同事刚刚拿掉了。请刷新页面看最新的名单。"""

    code = "named_learner_not_found"
    status = 404


class BankFileBroken(Refused):
    """银行到账文件第 {line} 行看不懂：{what}。整份文件都没有收，请改好后再传。"""

    code = "bank_file_broken"
    status = 422


class BankLineNotFound(Refused):
    """没有找到这条到账，或者它不归您的单位管。请刷新页面后再看。"""

    code = "bank_line_not_found"
    status = 404


class BankLineSettled(Refused):
    """这条到账已经处理过了，不能再改。请刷新页面看处理结果。"""

    code = "bank_line_settled"


class BankLineChanged(Refused):
    """流水号 {reference} 以前收过，金额却不一样，整份文件都没有收。请向银行核对。"""

    code = "bank_line_changed"


class RefundTooMuch(Refused):
    """最多可以退 {left} 元：上过的课已经结给学校，不能退。什么都没有改动。"""

    code = "enterprise_refund_too_much"


class RefundNotFound(Refused):
    """没有找到这笔退款，或者它不归您的单位管。请从订单页重新打开。"""

    code = "enterprise_refund_not_found"
    status = 404


class RefundNeedsAnother(Refused):
    """申请退款的人不能自己汇出。请交给另一位同事核对后办理。"""

    code = "enterprise_refund_needs_another"
    status = 403


class RefundSettled(Refused):
    """这笔退款已经办完了，不能再办一次。请刷新页面看结果。"""

    code = "enterprise_refund_settled"


class NothingToInvoice(Refused):
    """这张订单还没有收到钱，或收到的已经退回，不能开票。请先付款。"""

    code = "nothing_to_invoice"


class InvoiceAsked(Refused):
    """这张订单已经申请过开票。要改抬头，请联系社区教育中心。"""

    code = "invoice_asked"


class InvoiceNotFound(Refused):
    """没有找到这份开票申请，或者已经开好了。请刷新页面后再看。"""

    code = "invoice_not_found"
    status = 404
