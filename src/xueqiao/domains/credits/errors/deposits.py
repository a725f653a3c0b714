"""Why a deposit is refused."""

from xueqiao.foundation.reasons import NotAllowed, NotFound, Refused


class ProposalUnknown(NotFound):
    """没有找到这笔待存入的学分。请回到“学分护照”重新选择。"""

    code = "proposal_unknown"


class NothingToDeposit(Refused):
    """这次折算不足 0.5 学分，没有可存入的。学时已经留存，下次一起折算。"""

    code = "nothing_to_deposit"


class AccountFrozen(Refused):
    """这个学分账户已冻结，没有存入。请带身份证件到就近社区教育中心核实。"""

    code = "account_frozen"


class NotYours(NotAllowed):
    """这份学习记录不是您的，也没有授权您代办，什么都没有改动。请先在“我的家人”里办理代办。"""

    code = "not_yours"


class UndoOver(Refused):
    """存入已经超过 10 分钟，不能再撤回，什么都没有改动。确有错误，请联系就近社区教育中心。"""

    code = "undo_over"
