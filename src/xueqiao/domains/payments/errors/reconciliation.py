"""Why reconciliation says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import Refused


class DifferenceNotFound(Refused):
    """没有找到这条对账差异，或者它不归您的单位管。请回财务页刷新后再看。"""

    code = "difference_not_found"
    status = 404


class DifferenceResolved(Refused):
    """这条对账差异已经处理完了，不能再改。请回财务页刷新后查看处理结果。"""

    code = "difference_resolved"
