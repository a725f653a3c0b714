from xueqiao.foundation.reasons import Refused


class UnknownCourse(Refused):
    """没有编号为 {code} 的课程，可能已经下架。请在找课页重新查找。"""

    code = "unknown_course"
    status = 404


class UnknownUnit(Refused):
    """这门课没有第 {number} 单元。请回到课程页，从单元列表里选。"""

    code = "unknown_unit"
    status = 404


class BadCourse(Refused):
    """课程没有保存：{what}。请改正后再保存。"""

    code = "bad_course"
    status = 422
