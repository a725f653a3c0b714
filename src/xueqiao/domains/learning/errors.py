"""The reasons of learning."""

from xueqiao.foundation.reasons import NotAllowed, Refused


class NotYourSession(NotAllowed):
    """这节课不由您点名，什么都没有改动。请让任课老师或本中心工作人员来点名。"""

    code = "not_your_session"


class SessionUnknown(Refused):
    """没有找到这节课，可能已经改期。请回到“今天的课”重新选择。"""

    code = "session_unknown"
    status = 404


class SessionCancelled(Refused):
    """这节课已经取消，不用点名，也不能签到。新的时间以开课单位通知为准。"""

    code = "session_cancelled"


class SignInTooEarly(Refused):
    """还没到签到时间。{opens} 起可以签到，请到时候再扫一次。"""

    code = "sign_in_too_early"


class SignInTooLate(Refused):
    """这节课 {ended} 已经结束，扫码签到已停止。确实到了课，请让老师补记。"""

    code = "sign_in_too_late"


class CodeExpired(Refused):
    """这个签到码已经换新，没有签到。请对准老师屏幕上现在的码再扫一次。"""

    code = "code_expired"
    status = 410


class NotOnRoll(Refused):
    """{name}没有报这个班，没有签到。请先报名，或请老师核对名单。"""

    code = "not_on_roll"
    status = 403


class MarksNotOnRoll(Refused):
    """名单里没有您提交的 {count} 个人，点名没有保存。请刷新名单后再点一次。"""

    code = "marks_not_on_roll"
    status = 422


class UnknownMark(Refused):
    """点名只能选“到课、迟到、请假、缺勤”，这次没有保存。请刷新名单后再点一次。"""

    code = "unknown_mark"
    status = 422


class ReasonNeeded(Refused):
    """点名已过可改时间，改动要写明原因，学员会看到。请写上原因再保存。"""

    code = "reason_needed"
    status = 422


class ReasonTooLong(Refused):
    """原因写得太长，没有保存。请控制在 100 字以内。"""

    code = "reason_too_long"
    status = 422


class NothingRecordedYet(Refused):
    """这节课还没有点名，没有可改的记录。请先点名。"""

    code = "nothing_recorded_yet"
    status = 404


class AlreadyCompleted(Refused):
    """这位学员已按到课记录结业，到课不能再改少。确有错误，请报县（市、区）教育部门复核。"""

    code = "already_completed"


class AbsenceCaseUnknown(Refused):
    """没有找到这条缺课提醒，可能网址有误。请从“我的课”重新打开。"""

    code = "absence_case_unknown"
    status = 404


class AbsenceCaseOver(Refused):
    """这条缺课提醒已经结束：{state_words}，没有改动。请到“我的课”查看现在的情况。"""

    code = "absence_case_over"


class ExcuseNeeded(Refused):
    """请写明为什么没来上课，至少四个字，老师和中心看得到。写好再交一次。"""

    code = "excuse_needed"
    status = 422


class OwnExcuseUsed(Refused):
    """这个班您已经自己补请过 {times} 次假，这次要由中心核实。请打电话或到社区教育中心说明。"""

    code = "own_excuse_used"
