"""Why points and volunteer time are refused. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import NotFound, Refused


class NotEnoughPoints(Refused):
    """积分不够：需要 {wanted} 分，现在能用 {left} 分。积分没有动，上课签到还会再得。"""

    code = "not_enough_points"


class RewardNotFound(NotFound):
    """没有找到这件兑换品，可能已经撤下。请回到“我的积分”重新选。"""

    code = "reward_not_found"


class RewardGone(Refused):
    """这件已经兑完了，积分没有动。请换一件，或过几天再看有没有补货。"""

    code = "reward_gone"


class RewardOver(Refused):
    """这件已经停止兑换，积分没有动。请换一件。"""

    code = "reward_over"


class RewardYearMost(Refused):
    """这件每人每年最多兑 {most} 件，您今年已经兑满，积分没有动。请换一件。"""

    code = "reward_year_most"


class RedemptionNotFound(NotFound):
    """没有找到这张兑换单，或者它不在您的窗口领取。请核对 8 位领取码。"""

    code = "redemption_not_found"


class RedemptionEnded(Refused):
    """这张兑换单现在是“{state}”，不能这样办，什么都没有改动。请刷新页面看最新的状态。"""

    code = "redemption_ended"


class HandOverToOneself(Refused):
    """自己的兑换品不能由自己发放，什么都没有改动。请交给另一位同事办理。"""

    code = "hand_over_to_oneself"
    status = 403


class StockTooSmall(Refused):
    """库存不能少于已经兑走的 {taken} 件，没有改动。请填一个更大的数。"""

    code = "stock_too_small"
    status = 422


class GiftTooLarge(Refused):
    """每人每年最多赠给他人 {most} 分，您今年还可以赠 {left} 分，积分没有动。捐给社区不限。"""

    code = "gift_too_large"


class ReceiverNotFound(NotFound):
    """没有找到这个学号，积分没有动。请向对方问清 10 位学号。"""

    code = "receiver_not_found"


class GiftToOneself(Refused):
    """不能赠给本人，积分没有动。请填另一个人的学号。"""

    code = "gift_to_oneself"
    status = 422


class TimeDayMost(Refused):
    """{day} 这一天已经记了 {had} 分钟，每人每天最多 {most} 分钟，没有记下。请核对时长。"""

    code = "time_day_most"


class TimeNotFound(NotFound):
    """没有找到这条志愿时长，或者它不归您的单位管。请刷新页面后再看。"""

    code = "time_not_found"


class TimeDecided(Refused):
    """这条志愿时长已经办过了，没有改动。请刷新页面看结果。"""

    code = "time_decided"


class SecondPersonNeeded(Refused):
    """志愿时长要由登记人和本人以外的另一位同事确认，没有改动。请交给同事核对。"""

    code = "second_person_needed"
    status = 403


class OwnTimeRecorded(Refused):
    """不能给自己登记志愿时长，没有记下。请交给同事登记。"""

    code = "own_time_recorded"
    status = 403


class TimeBankClosed(Refused):
    """本地没有开通时间银行，志愿时长不能捐赠，也不能换服务，时长没有动。时长一直保留。"""

    code = "time_bank_closed"


class NotEnoughTime(Refused):
    """志愿时长不够：需要 {wanted} 分钟，现有 {left} 分钟，时长没有动。请填少一点。"""

    code = "not_enough_time"


class TimeForFamilyOnly(Refused):
    """志愿时长只能给自己家人：平台上您和对方没有亲属关系，时长没有动。请先在“家人”里登记，再来办。"""

    code = "time_for_family_only"


class TimeKeepMost(Refused):
    """对方的账户最多存 {most} 小时，还能收 {left} 分钟，时长没有动。请送少一点。"""

    code = "time_keep_most"


class TooYoungForHelp(Refused):
    """时长换来的服务给 {age} 岁以上的人，对方还没有到这个年龄，时长没有动。可以送给家人先存着。"""

    code = "too_young_for_help"


class TimeBankShort(Refused):
    """时间银行里的时长不够：需要 {wanted} 分钟，现有 {left} 分钟，没有登记。请填少一点，或等有人再捐。"""

    code = "time_bank_short"


class ServiceNotFound(NotFound):
    """没有找到这张服务单，或者它不归您管。请刷新页面后再看。"""

    code = "time_service_not_found"


class ServiceEnded(Refused):
    """这张服务单已经办结，没有改动。请刷新页面看结果。"""

    code = "time_service_ended"


class ServiceNotYet(Refused):
    """服务在 {day}，还没有到，没有改动。服务做完以后再来确认。"""

    code = "time_service_not_yet"


class PotShort(Refused):
    """社区公益池的积分不够：需要 {wanted} 分，现有 {left} 分，什么都没有改动。请减少件数，或等有人再捐。"""

    code = "pot_short"


class SpendingNotFound(NotFound):
    """没有找到这笔公益池支出，或者它不归您的县（市、区）管。请刷新页面后再看。"""

    code = "pot_spending_not_found"


class SpendingDecided(Refused):
    """这笔公益池支出已经办过了，没有改动。请刷新页面看结果。"""

    code = "pot_spending_decided"


class SpendingNeedsAnother(Refused):
    """公益池支出要由申请人以外的一位县（市、区）管理员审批，没有改动。请交给同事办理。"""

    code = "pot_spending_needs_another"
    status = 403
