"""Why a year is not settled, or a statement is not shown."""

from xueqiao.foundation.reasons import InvalidInput, Refused


class YearNotOver(InvalidInput):
    """{year} 年的往来还不能结清，什么都没有做。请在 {day} 以后再办。"""

    code = "year_not_over"


class MatrixNotClosed(Refused):
    """院校往来对不平，没有结清，什么都没有做。请先运行 xueqiao ledger verify，再联系运维。"""

    code = "matrix_not_closed"


class SettledOtherwise(Refused):
    """{year} 年以前结清过，但现在重算的结果不一样，什么都没有做。请先运行 xueqiao ledger verify，再联系运维。"""

    code = "settled_otherwise"
