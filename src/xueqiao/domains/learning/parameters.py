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
