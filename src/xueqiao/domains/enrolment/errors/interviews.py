"""Why an interview says no. Docstring: what happened, why, what next."""

from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused


class NotAnInterview(Refused):
    """这一轮不是面谈录取，没有面谈可约。请到这一轮的页面看办法。"""

    code = "not_an_interview"


class BadCriteria(InvalidInput):
    """打分标准写得不对：{what}。请改正后再保存，别的都没有改动。"""

    code = "bad_criteria"


class CriteriaMissing(Refused):
    """这一轮面谈还没有写打分标准，不能开放。请先写好标准：居民开放前就要看得到。"""

    code = "criteria_missing"


class CriteriaFixed(Refused):
    """这一轮已经开放，打分标准不能再改。要改请取消这一轮，另外安排。"""

    code = "criteria_fixed"


class BadSlots(InvalidInput):
    """面谈时间排得不对：{what}。请改正后再保存，别的都没有改动。"""

    code = "bad_slots"


class SlotNotFound(Refused):
    """没有找到这个面谈时间，可能已经换了。请重新打开面谈页面再选。"""

    code = "slot_not_found"
    status = 404


class SlotFull(Refused):
    """这个时间刚刚约满，没有约上。请选另一个时间；原来约的还留着。"""

    code = "slot_full"


class SlotPast(Refused):
    """这个面谈时间已经过了，没有约上。请选后面的时间，或打电话问中心。"""

    code = "slot_past"


class InterviewNotFound(Refused):
    """没有找到这场面谈，可能网址有误。请从这一轮的面谈名单重新打开。"""

    code = "interview_not_found"
    status = 404


class InterviewOver(Refused):
    """这场面谈已经打完分或者结果已经公布，不能再改。请到志愿页面看结果。"""

    code = "interview_over"


class InterviewTooEarly(Refused):
    """面谈 {starts} 才开始，还不能打分。请到时候再打。"""

    code = "interview_too_early"


class BadSheet(InvalidInput):
    """打分没有写全：{what}。请补好再交，现在什么都没有记。"""

    code = "bad_sheet"


class JudgeIsClose(NotAllowed):
    """您是报名的人本人或家人，不能给这场面谈打分。请换一位老师。"""

    code = "judge_is_close"


class JudgesAreTwo(Refused):
    """这场面谈已经有两位老师打过分，不能再打。请看名单上别的面谈。"""

    code = "judges_are_two"


class InterviewsOpen(Refused):
    """还有 {count} 场面谈没有打完分，结果不能公布。请两位老师打完，没来的记“没来”。"""

    code = "interviews_open"
