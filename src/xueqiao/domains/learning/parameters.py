"""Numbers of learning that differ between places. Design source: domain rules 2.1 and 4.3; [R]/[D] are unconfirmed."""

from xueqiao.foundation.parameters.api import declare

_DEFAULT = "《社区教育学分认定规则（默认稿）》{article}，平台默认值，未经主管部门确认"


def _whole(low: int, high: int):  # type: ignore[no-untyped-def]
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _share(value: object) -> bool:
    if not (isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)):
        return False
    return 0 < value[0] <= value[1] <= 100


completion_share = declare(
    "learning.completion_share",
    default=[2, 3],
    unit="到课次数 / 已上次数",
    source=_DEFAULT.format(article="第 3 条"),
    check=_share,
)
late_minutes_lost = declare(
    "learning.late_minutes_lost",
    default=15,
    unit="分钟",
    source=_DEFAULT.format(article="第 2 条"),
    check=_whole(0, 240),
)
valid_minutes = declare(
    "learning.valid_participation_minutes",
    default=30,
    unit="分钟",
    source="老年人社区教育活动年参与率口径（默认稿）：一次有效参与不少于 30 分钟，未经主管部门确认",
    check=_whole(1, 480),
)
edit_hours = declare(
    "learning.roll_edit_hours",
    default=2,
    unit="下课后小时",
    source=_DEFAULT.format(article="第 2 条"),
    check=_whole(0, 168),
)
sign_in_opens_minutes = declare(
    "learning.sign_in_opens_minutes",
    default=30,
    unit="开课前分钟",
    source=_DEFAULT.format(article="第 2 条"),
    check=_whole(0, 240),
)
_ABSENT = "老年大学通行做法（领域规则第 5.2 节第 9 条）：连续缺课 {times} 次不请假，{then}；江苏未见统一规定"
absences_warned = declare(
    "learning.absences_warned",
    default=3,
    unit="连续缺课次数，到了就提醒；0 为不提醒",
    source=_ABSENT.format(times=3, then="提醒本人"),
    check=_whole(0, 40),
)
absences_released = declare(
    "learning.absences_released",
    default=5,
    unit="连续缺课次数，到了座位就给候补的人；0 为不让",
    source=_ABSENT.format(times=5, then="座位给候补的人，学费不退"),
    check=_whole(0, 40),
)
absence_notice_hours = declare(
    "learning.absence_notice_hours",
    default=24,
    unit="让出座位之前多少小时告诉本人",
    source="平台默认：提前一天告诉本人，来得及说明；未见省级规定",
    check=_whole(1, 240),
)
own_excuses = declare(
    "learning.own_excuses",
    default=1,
    unit="一个班里本人或家人可以自己补请假的次数",
    source="平台默认：每个班一次，再有由中心核实；未见省级规定",
    check=_whole(0, 40),
)
