"""Why a programme is not changed."""

from xueqiao.foundation.reasons import Refused


class UnknownProgramme(Refused):
    """没有找到这个品牌（{code}），可能已经停办或网址有误。请从“夜校和学堂”重新打开。"""

    code = "unknown_programme"
    status = 404


class BadProgramme(Refused):
    """没有办成：{what}。请改正后再试。"""

    code = "bad_programme"
    status = 422


class ProgrammeCodeTaken(Refused):
    """编号 {taken} 已经有别的品牌在用，没有建。请换一个编号。"""

    code = "programme_code_taken"


class SiteOutside(Refused):
    """{institution}不在{unit}，没有加进去。一个品牌的教学点要在主校所在的地区里；要跨地区，请由上一级单位来建这个品牌。"""

    code = "site_outside"
    status = 422


class SiteAlreadyIn(Refused):
    """{institution}已经是{programme}的教学点，不用再加。"""

    code = "site_already_in"


class NotASite(Refused):
    """{institution}不是{programme}的教学点，班没有加进去。请先由主校把它加为教学点。"""

    code = "not_a_site"
    status = 422


class SiteHasClasses(Refused):
    """{institution}在{programme}里还有 {classes} 个没上完的班，不能退出。请等这些班上完，或先把班移出品牌。"""

    code = "site_has_classes"


class RunInAnother(Refused):
    """“{title}”已经在{programme}里，没有再加。一个班只属于一个品牌；要换，请先从那边移出。"""

    code = "run_in_another"
