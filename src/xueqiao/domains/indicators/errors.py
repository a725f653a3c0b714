"""Why a figure is not shown."""

from xueqiao.foundation.reasons import Refused


class UnknownIndicator(Refused):
    """没有这个指标。请从指标列表里选一个。"""

    code = "unknown_indicator"
    status = 404


class RegionOutsideYourDuty(Refused):
    """这个地区不在您的管理范围内，数字没有显示。请选择本地区，或请上级单位授权。"""

    code = "region_outside_your_duty"
    status = 403


class NoFigureYet(Refused):
    """这个地区还没有算出这项指标。请确认地区代码和年份，或稍后再看。"""

    code = "no_figure_yet"
    status = 404


class PeriodNotReadable(Refused):
    """年份写得不对。请用四位数字，例如 2026。"""

    code = "period_not_readable"
    status = 422
