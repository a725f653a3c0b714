"""Why a voucher, concession or scheme is refused. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class VoucherGone(Refused):
    """学习券的经费或余额刚刚用完了，应付金额变了，没有扣您的钱。请回到核对页看新的金额。"""

    code = "voucher_gone"


class VoucherSchemeClosed(Refused):
    """这项学习券已经结束，不能再发放或加钱。请新建一项，或查看已有的学习券。"""

    code = "voucher_scheme_closed"


class VoucherSchemeNotFound(Refused):
    """没有找到这项学习券。请从学习券列表重新打开。"""

    code = "voucher_scheme_not_found"
    status = 404


class ConcessionNotFound(Refused):
    """没有找到这条优惠登记。请从优惠登记页重新打开。"""

    code = "concession_not_found"
    status = 404


class OwnConcession(Refused):
    """不能给自己登记优惠。请由另一位工作人员核对您的证件。"""

    code = "own_concession"
    status = 403


class PercentsNotWhole(Refused):
    """四方分担的百分比加起来要正好是 100，现在是 {total}。请改正后再存。"""

    code = "percents_not_whole"
    status = 422


class ShareSchemeNotFound(Refused):
    """没有找到这份分担办法。请从分担办法列表重新打开。"""

    code = "share_scheme_not_found"
    status = 404


class SecondSignatureNeeded(Refused):
    """分担办法要由另一个人批准，不能自己批准自己起草的。请交给另一位同事。"""

    code = "second_signature_needed"
