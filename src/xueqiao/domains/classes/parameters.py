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
TRAVEL_BETWEEN_VENUES = declare(
    "classes.travel_minutes_of_teachers",
    default=30,
    unit="minutes a teacher needs between two venues",
    source="平台默认：两个场地之间留 30 分钟路程，与学员相同；未见省级规定",
    check=lambda value: isinstance(value, int) and 0 <= value <= 240,
)
SESSIONS_PER_TEACHER_AND_WEEK = declare(
    "classes.sessions_per_teacher_and_week",
    default=10,
    unit="meetings one teacher gives in a week at most",
    source="平台默认：兼职教师每周最多 10 次课；韩国学分银行规定每周不超过 18 学时，可参照；未见省级规定",
    check=lambda value: isinstance(value, int) and 1 <= value <= 40,
)
