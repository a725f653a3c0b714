"""Why institutions refuses."""

from xueqiao.foundation.reasons import Refused


class InstitutionUnknown(Refused):
    """没有找到这个机构，可能编号有误。请从机构名录里重新选择。"""

    code = "institution_unknown"
    status = 404


class InstitutionCodeTaken(Refused):
    """机构编号 {institution_code} 已经用过，没有新建。请换一个编号。"""

    code = "institution_code_taken"


class InstitutionClosed(Refused):
    """{name}在这一天没有开办，没有改动。请核对日期或换一个机构。"""

    code = "institution_closed"


class HasDependants(Refused):
    """{name}下面还有 {count} 个机构，不能直接撤销。请先把它们划给别的机构，或改用合并。"""

    code = "has_dependants"


class UnfitParent(Refused):
    """这两类机构不能这样挂靠，没有改动。教育条线和政府条线各选一个合适的上级。"""

    code = "unfit_parent"
    status = 422


class WouldCircle(Refused):
    """这样挂靠会让机构成为自己的上级，没有改动。请换一个上级机构。"""

    code = "would_circle"


class PeriodsOverlap(Refused):
    """这段日期已经登记过同样的关系，没有改动。请改用更晚的起始日期。"""

    code = "periods_overlap"


class UnitNotCovered(Refused):
    """这个机构在这一天没有覆盖该地区，没有改动。请核对日期。"""

    code = "unit_not_covered"


class UnfitMerger(Refused):
    """只有同一类、不同的两个机构才能合并，没有改动。请重新选择。"""

    code = "unfit_merger"
    status = 422
