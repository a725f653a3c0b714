"""Numbers of classes that differ between places."""

from xueqiao.foundation.parameters.api import declare

UNIT_COST = declare(
    "classes.unit_cost_fen_per_class_hour",
    default=3_000,
    unit="fen per class hour of 45 minutes",
    source="成本测算约 30 元/课时（江苏省构建泛在可及终身教育体系的实践）；一课时按 45 分钟计",
    check=lambda value: isinstance(value, int) and 0 <= value <= 100_000,
)
SUBSIDY = declare(
    "classes.subsidy_percent",
    default=50,
    unit="percent of the price, carried by government",
    source="默认值，待当地财政文件确认",
    check=lambda value: isinstance(value, int) and 0 <= value <= 100,
)
