"""Why a contract or a slip of pay is refused."""

from xueqiao.foundation.reasons import Refused


class UnknownContract(Refused):
    """没有找到这份任课协议，或者它不归您的单位管。请从任课协议列表重新打开。"""

    code = "unknown_contract"
    status = 404


class BadContract(Refused):
    """任课协议没有存：{what}。请改正后再存。"""

    code = "bad_contract"
    status = 422


class ContractOverlaps(Refused):
    """{teacher} 老师在这段日子里已经有一份协议（{since} 到 {until}）。请先终止那一份，或换一段日子。"""

    code = "contract_overlaps"


class RateAboveBand(Refused):
    """这一档的课酬每课时最多 {limit} 元，填的是 {rate} 元。请改低，或换一档并附上职称证明。"""

    code = "rate_above_band"
    status = 422


class OwnContract(Refused):
    """不能给自己登记协议、做课酬单或发课酬。请由另一位同事办理。"""

    code = "own_contract"
    status = 403


class PermissionNotNeeded(Refused):
    """这位老师不是公职人员，不需要本单位的许可。协议没有改动。"""

    code = "permission_not_needed"


class NotTaughtYet(Refused):
    """这次课还没开始，换老师请用“改这次课”。什么都没有改动。"""

    code = "not_taught_yet"


class MonthNotOver(Refused):
    """{month}还没过完，课酬单要到下个月才能做，这样一个月只扣一次税。请下个月再来。"""

    code = "month_not_over"


class NothingToPay(Refused):
    """这位老师这个月没有要发的课酬，课酬单没有做。上过的课请先点名，或看“上了课但不能计酬”的原因。"""

    code = "nothing_to_pay"


class UnknownPaySlip(Refused):
    """没有找到这张课酬单，或者它不归您的单位管。请从课酬页面重新打开。"""

    code = "unknown_pay_slip"
    status = 404


class SlipNotInThisState(Refused):
    """这张课酬单现在是“{state}”，不能这样办。请刷新页面看最新的状态。"""

    code = "slip_not_in_this_state"


class SlipNeedsAnother(Refused):
    """做课酬单的人不能自己发放。请交给另一位同事核对后发放。"""

    code = "slip_needs_another"
    status = 403


class SlipOutdated(Refused):
    """做单以后有课改过，这张课酬单的数已经不对了，没有发放。请撤回这张，重新做一张。"""

    code = "slip_outdated"
