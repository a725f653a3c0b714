"""Why an admission round says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import InvalidInput, Refused


class RoundNotFound(Refused):
    """没有找到这一轮报名，可能网址有误。请从班级页面重新打开。"""

    code = "round_not_found"
    status = 404


class EntryNotFound(Refused):
    """没有找到这份志愿，可能网址有误。请从“我报的课”重新打开。"""

    code = "entry_not_found"
    status = 404


class BadRoundPlan(InvalidInput):
    """这一轮报名的安排不合适：{what}。请改正后再保存，别的都没有改动。"""

    code = "bad_round_plan"


class RoundNotPlanned(Refused):
    """这一轮报名现在{state_words}，不能再改安排。请另开一轮，或查看这一轮的页面。"""

    code = "round_not_planned"


class OpenedByAnother(Refused):
    """开放报名要由另一位同事来按，安排这一轮的人不能自己开放。请让同事登录后再按。"""

    code = "opened_by_another"


class WishesNotOpenYet(Refused):
    """还没到填志愿的时候：{opens} 开始。到时候再来就行，早来晚来机会一样。"""

    code = "wishes_not_open_yet"


class WishesClosed(Refused):
    """填志愿的时间已经过了：{closed} 截止，没有收下这次填写。抽完签剩下的座位可以先到先得，请留意班级页面。"""

    code = "wishes_closed"


class RoundNotTaking(Refused):
    """这一轮报名现在{state_words}，名单不再增减，没有收下这次填写。请到这一轮的页面查看结果。"""

    code = "round_not_taking"


class BadWishes(InvalidInput):
    """志愿填得不对：{what}。请从这一轮的班里选，最多 {most} 个，不要重复。"""

    code = "bad_wishes"


class AlreadyEntered(Refused):
    """{name}在这一轮已经有一份志愿了，一个人只有一份。要改志愿，请到“我报的课”；要换人一起报，先退出原来那份。"""

    code = "already_entered"


class HomeOutside(Refused):
    """这一轮只收住在{where}的居民，{name}登记的住址不在里面。搬了家请先改住址，或看看附近别的班。"""

    code = "home_outside"


class HealthPaperMissing(Refused):
    """《{title}》要活动身体，{name}还没有今年的健康声明。请先填健康声明，一分钟就好，填完再报。"""

    code = "health_paper_missing"


class SignatureMissing(Refused):
    """{name}已满 {age} 岁，要有一位家人签字同意才能报。请让家人登录后签字，或带签好的纸到社区教育中心。"""

    code = "signature_missing"


class TooManyRepeats(Refused):
    """{name}已经上过 {times} 个学期的《{title}》，同一门课最多报 {most} 个学期。请看看下一级的班。"""

    code = "too_many_repeats"


class EntryOver(Refused):
    """这份志愿现在{state_words}，不能再改。请到“我报的课”查看。"""

    code = "entry_over"


class GroupFull(Refused):
    """一起报的人最多 {most} 位，已经满了。请另外填一份志愿。"""

    code = "group_full"


class NotInvited(Refused):
    """没有等您回答的邀请：可能已经回答过，或邀请的人收回了。请到“我报的课”查看。"""

    code = "not_invited"


class CompanionUnknown(Refused):
    """没有找到这位同伴：请核对手机号或学员号。对方要先在学桥登记过，才能一起报。"""

    code = "companion_unknown"


class NotLeader(Refused):
    """改志愿、请人一起报，要由填这份志愿的人来做。您可以退出，或请对方来改。"""

    code = "not_leader"
    status = 403


class SignerNotRelative(Refused):
    """签字的要是已经绑定的家人，不能自己签。请让家人登录后在“家人”里签，或带纸到社区教育中心。"""

    code = "signer_not_relative"
    status = 403


class StampTooLate(Refused):
    """收件章的时间不在截止之前（{closed}），不能再收。请告诉填表的人：剩下的座位可以先到先得。"""

    code = "stamp_too_late"


class LateNotFound(Refused):
    """没有找到这份晚到的表，可能已经办过。请刷新页面再看。"""

    code = "late_not_found"
    status = 404


class DecidedByAnother(Refused):
    """晚到的表要由另一位同事来决定，收表的人不能自己决定。请让同事登录后再按。"""

    code = "decided_by_another"


class DeviceUnknown(Refused):
    """这台设备没有登记，或已经停用。请有网络时由工作人员登录，在离线柜台页面重新登记。"""

    code = "device_unknown"
    status = 403


class SignatureWrong(Refused):
    """这份志愿的签名对不上，没有收下。请在登记过的那台设备上重新同步，纸质回执请留好。"""

    code = "signature_wrong"
    status = 422
