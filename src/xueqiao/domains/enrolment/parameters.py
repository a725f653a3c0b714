"""Numbers of enrolment that differ between places."""

from typing import Any

from xueqiao.foundation.parameters.api import declare


def _is_whole(low: int, high: int) -> Any:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


HOLD_MINUTES = declare(
    "enrolment.hold_minutes",
    default=15,
    unit="minutes a seat is kept while somebody fills in the pages",
    source="平台默认：给老年人留足填写时间；未见省级规定",
    check=_is_whole(1, 120),
)
COUNTER_HOLD_HOURS = declare(
    "enrolment.counter_hold_hours",
    default=48,
    unit="hours a seat is kept for paying at the centre",
    source="平台默认：到中心交费的编号 48 小时有效",
    check=_is_whole(1, 240),
)
PLACES_PER_TERM = declare(
    "enrolment.places_per_term",
    default=3,
    unit="live places of one person in one term, 0 for no limit",
    source="平台默认：每人每学期最多 3 个班；未见省级规定",
    check=_is_whole(0, 50),
)
PLACES_PER_TERM_AND_INSTITUTION = declare(
    "enrolment.places_per_term_and_institution",
    default=2,
    unit="live places of one person in one term at one institution, 0 for no limit",
    source="贵州老年大学：每人每学期限报 2 门；江苏未见规定",
    check=_is_whole(0, 50),
)
TRAVEL_MINUTES = declare(
    "enrolment.travel_minutes",
    default=30,
    unit="minutes between two classes at different venues",
    source="平台默认：两个班之间留 30 分钟路程；未见省级规定",
    check=_is_whole(0, 240),
)
REFUND_BEFORE_SESSION = declare(
    "enrolment.refund_before_session",
    default=3,
    unit="number of the session before whose start a withdrawal is still refunded pro rata",
    source="参照台北市老人大学“第三周前按比例退”的做法；江苏未见规定",
    check=_is_whole(1, 40),
)
