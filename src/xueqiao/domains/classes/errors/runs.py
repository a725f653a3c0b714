from xueqiao.foundation.reasons import Refused


class UnknownClass(Refused):
    """没有编号为 {code} 的班，可能已经下架或网址有误。请在找课页重新查找。"""

    code = "unknown_class"
    status = 404


class UnknownSession(Refused):
    """没有找到这一次课，可能已经改期。请刷新课表再试。"""

    code = "unknown_session"
    status = 404


class RoomTaken(Refused):
    """这个时间 {room} 已有课：{when}《{title}》。请换一间教室，或换个时间。"""

    code = "room_taken"


class TeacherTaken(Refused):
    """这个时间 {teacher} 老师已有课：{when}《{title}》。请换一位老师，或换个时间。"""

    code = "teacher_taken"


class BadClassPlan(Refused):
    """没有办成：{what}。请改正后再试。"""

    code = "bad_class_plan"
    status = 422


class RoomTooSmall(Refused):
    """{room} 只有 {seats} 个座位，坐不下 {capacity} 人。请减少人数，或换一间大的教室。"""

    code = "room_too_small"
    status = 422


class NotInThisState(Refused):
    """这个班现在是“{state}”，不能这样办。请刷新页面看最新的状态。"""

    code = "class_not_in_this_state"


class ApprovalNeedsAnother(Refused):
    """收费的班要由另一个人批准，提交的人不能自己批。请交给县区管理人员办理。"""

    code = "approval_needs_another"
    status = 403


class SessionIsOver(Refused):
    """这一次课已经开始或上完，不能再改。如有特殊情况，请在点名里说明。"""

    code = "session_is_over"


class ReasonNeeded(Refused):
    """请写明原因，学员会看到这句话（2 到 120 个字）。"""

    code = "reason_needed"
    status = 422


class SessionNotBegun(Refused):
    """这次课还没到上课时间，不能这样记，什么都没有改动。要取消还没上的课，请用“取消这次课”。"""

    code = "session_not_begun"


class SessionWasCancelled(Refused):
    """这次课已经取消，不能记成上过了。要补课请另排一次。"""

    code = "session_was_cancelled"


class SessionWasHeld(Refused):
    """这次课已经记为上过了。如果记错，请先写明原因撤回，再记“没有上成”。"""

    code = "session_was_held"


class SessionNotHeld(Refused):
    """这次课还没有记为上过，不用撤回，什么都没有改动。"""

    code = "session_not_held"
