"""Why regions refuses."""

from xueqiao.foundation.reasons import Refused


class UnitUnknown(Refused):
    """没有找到这个地区，可能已经撤并或代码有误。请从上一级地区重新选择。"""

    code = "unit_unknown"
    status = 404


class EditionOutOfOrder(Refused):
    """这份区划表比库里的还旧，没有载入。请换用更新日期的区划表。"""

    code = "edition_out_of_order"
