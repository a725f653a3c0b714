"""Why the ledger refuses. A refusal writes nothing."""

from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused


class LedgerRefused(Refused):
    """这笔记账没有办成，账上什么都没有改动。请稍后再试，或联系就近的社区教育中心。"""

    code = "ledger_refused"


class InsufficientBalance(LedgerRefused):
    """账户“{account}”可用余额不足，账上什么都没有改动。请核对金额后再试。"""

    code = "insufficient_balance"


class BalanceTooLarge(LedgerRefused):
    """账户“{account}”的余额会超出可记范围，账上什么都没有改动。请核对金额是否多写了位数。"""

    code = "balance_too_large"


class KeyReused(LedgerRefused):
    """编号“{key}”已经用于另一笔不同的记账，账上什么都没有改动。请返回上一页重新提交。"""

    code = "key_reused"


class AlreadyResolved(LedgerRefused):
    """这笔暂记已经了结（{state}），不能再次处理，账上什么都没有改动。请刷新页面查看最新状态。"""

    code = "already_resolved"


class HoldExpired(LedgerRefused):
    """这笔暂记已经过了有效时间，不能再入账，账上什么都没有改动。请重新发起。"""

    code = "hold_expired"


class HoldNotDue(LedgerRefused):
    """这笔暂记还没有到期，不能按过期处理，账上什么都没有改动。如需放弃请选择撤销。"""

    code = "hold_not_due"


class NotAHold(LedgerRefused):
    """这笔记账不是暂记，不能再入账或撤销，账上什么都没有改动。请核对编号。"""

    code = "not_a_hold"


class TransferNotFound(NotFound):
    """没有找到这笔记账，什么都没有改动。请核对编号后再试。"""

    code = "transfer_not_found"


class UnknownUnit(InvalidInput):
    """记账单位“{unit}”还没有开立，账上什么都没有改动。请先由运维人员开立该单位。"""

    code = "unknown_unit"


class UnitDiffers(LedgerRefused):
    """记账单位“{unit}”已经开立，名称、位数或来源账户与这次不同，什么都没有改动。请改用新的单位代码。"""

    code = "unit_differs"


class AccountDiffers(LedgerRefused):
    """账户“{account}”已经开立，是否允许为负与这次不同，什么都没有改动。请改用新的账户名。"""

    code = "account_differs"


class AmountNotAllowed(InvalidInput):
    """金额必须是大于零、且不超过上限的整数，账上什么都没有改动。请改正金额后再试。"""

    code = "amount_not_allowed"


class SameAccount(InvalidInput):
    """转出账户与转入账户相同（{account}），账上什么都没有改动。请改正后再试。"""

    code = "same_account"


class NoPostings(InvalidInput):
    """这笔记账没有任何一条分录，账上什么都没有改动。请至少填写一条。"""

    code = "no_postings"


class MixedUnits(InvalidInput):
    """一笔记账只能使用一种单位，这里混用了“{unit}”和“{other}”，账上什么都没有改动。请分开记账。"""

    code = "mixed_units"


class NameNotAllowed(InvalidInput):
    """代码、账户名或编号“{name}”不合要求（1 至 {length_max} 个可见字符），什么都没有改动。请改正后再试。"""

    code = "name_not_allowed"


class MemoNotAllowed(InvalidInput):
    """记账附言不合要求：只能是文字、整数和是否，总长不超过 4000 字节。账上什么都没有改动。"""

    code = "memo_not_allowed"


class TimeNotAllowed(InvalidInput):
    """时间必须带时区，暂记的到期时间必须晚于现在。账上什么都没有改动，请改正后再试。"""

    code = "time_not_allowed"


class TooManyTransfers(InvalidInput):
    """一次最多记 {count_max} 笔账，账上什么都没有改动。请分批提交。"""

    code = "too_many_transfers"


class TooManyPostings(InvalidInput):
    """一笔记账最多 {count_max} 条分录，账上什么都没有改动。请拆成几笔。"""

    code = "too_many_postings"


class SealRefused(LedgerRefused):
    """封账时发现第 {id} 行（{table}）与记账时的内容不符，没有封账。请立即通知运维人员核查。"""

    code = "seal_refused"


class SealPostponed(LedgerRefused):
    """正在记账，这次没有封账，账上什么都没有改动。稍后会自动再试。"""

    code = "seal_postponed"
