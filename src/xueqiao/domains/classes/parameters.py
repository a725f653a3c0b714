"""Numbers of classes that differ between places."""

from typing import Any

from xueqiao.foundation.parameters.api import declare, is_whole

UNIT_COST = declare(
    "classes.unit_cost_fen_per_class_hour",
    default=3_000,
    unit="fen per class hour of 45 minutes; a value recorded for a place rules, else the cost parts do",
    source="成本测算约 30 元/课时（江苏省构建泛在可及终身教育体系的实践）；一课时按 45 分钟计",
    check=lambda value: isinstance(value, int) and 0 <= value <= 100_000,
)
COST_PARTS = declare(
    "classes.cost_parts_fen_per_class_hour",
    default={"teacher": 30_000, "room": 7_500, "materials": 4_500, "platform": 3_000},
    unit="fen per class hour of 45 minutes for the whole class: teacher, room, materials, platform",
    source="平台默认的测算：15 人分担正好每人约 30 元/课时；各项待当地成本测算",
    check=lambda value: (
        isinstance(value, dict)
        and set(value) == {"teacher", "room", "materials", "platform"}
        and all(isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 1_000_000 for v in value.values())
    ),
)
EXPECTED_LEARNERS = declare(
    "classes.expected_learners",
    default=15,
    unit="paying learners a class is reckoned with; also the proposed minimum to open it",
    source="夜校收费规则：最低 15 人开班（默认，待当地确认）",
    check=lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 500,
)
HOUR_SUBSIDY = declare(
    "classes.subsidy_fen_per_class_hour",
    default=0,
    unit="fen per learner and class hour that an operating grant takes off the unit cost, before the band",
    source="默认没有按课时的运行补贴；有当地财政文件时填写",
    check=lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000,
)
PRICE_BANDS = declare(
    "classes.price_bands_fen",
    default=[2_000, 3_000, 4_000],
    unit="fen per class hour that may be charged; the lowest that covers the unit cost, else the highest",
    source="夜校收费规则：每课时 20、30、40 元三档",
    check=lambda value: (
        isinstance(value, list)
        and 0 < len(value) <= 10
        and all(isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 100_000 for v in value)
        and value == sorted(set(value))
    ),
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


ASSISTANTS_MAX = declare(
    "classes.assistants_max",
    default=2,
    unit="assistants of one meeting at most",
    source="平台默认：一次课最多 2 位助教；未见省级规定",
    check=lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 20,
)


LENDS_ROOMS = declare(
    "classes.lends_rooms",
    default=True,
    unit="whether a centre lends idle rooms to residents' clubs",
    source="平台默认：社区教育中心的空闲教室向居民团队开放；由各中心决定",
    check=lambda value: isinstance(value, bool),
)
LENDING_OPENS_HOUR = declare(
    "classes.lending_opens_hour",
    default=8,
    unit="hour of the day from which rooms are lent",
    source="平台默认；以各中心公布的开放时间为准",
    check=is_whole(0, 23),
)
LENDING_CLOSES_HOUR = declare(
    "classes.lending_closes_hour",
    default=21,
    unit="hour of the day until which rooms are lent",
    source="平台默认；以各中心公布的开放时间为准",
    check=is_whole(1, 24),
)
LENDING_HOURS_MAX = declare(
    "classes.lending_hours_max",
    default=3,
    unit="hours of one booking at most",
    source="平台默认，让更多团队轮得到；未见省级规定",
    check=is_whole(1, 12),
)
LENDING_DAYS_AHEAD_MAX = declare(
    "classes.lending_days_ahead_max",
    default=30,
    unit="days ahead a room can be booked",
    source="平台默认；未见省级规定",
    check=is_whole(1, 365),
)
LENDING_LIVE_MAX = declare(
    "classes.lending_live_max",
    default=2,
    unit="bookings one person has at a time at most",
    source="平台默认，防止长期占用；未见省级规定",
    check=is_whole(1, 50),
)
GROUP_DECISION_DAYS = declare(
    "classes.group_decision_days",
    default=7,
    unit="days before the first meeting on which the centre decides about a class with too few learners",
    source="平台默认：开课前 7 天定开、并、停；广东省老年大学规定人数不足可停班或并班",
    check=lambda value: isinstance(value, int) and 1 <= value <= 60,
)
GROUP_SHARE_PERCENT = declare(
    "classes.group_share_percent",
    default=60,
    unit="percent of the seats at which a class opens even below its own minimum",
    source="平台默认：报满六成或达到最少人数（默认 12 人）就开班；未见省级规定",
    check=lambda value: isinstance(value, int) and 1 <= value <= 100,
)


def _is_tax_table(value: Any) -> bool:
    """True for limits that rise to one without a limit, with rates that rise along."""
    if not isinstance(value, dict) or set(value) != {"small_max_fen", "small_off_fen", "off_percent", "steps"}:
        return False
    steps = value["steps"]
    if not isinstance(steps, list) or not steps or any(not isinstance(s, list) or len(s) != 3 for s in steps):
        return False
    limits, rates = [step[0] for step in steps], [step[1] for step in steps]
    return (
        limits[-1] is None
        and all(isinstance(limit, int) for limit in limits[:-1])
        and limits[:-1] == sorted(limits[:-1])
        and rates == sorted(rates)
        and all(is_whole(0, 100)(rate) for rate in rates)
        and all(isinstance(step[2], int) and step[2] >= 0 for step in steps)
        and is_whole(0, 100)(value["off_percent"])
        and 0 <= value["small_off_fen"] <= value["small_max_fen"]
    )


LABOUR_TAX = declare(
    "classes.labour_tax",
    default={
        "small_max_fen": 400_000,
        "small_off_fen": 80_000,
        "off_percent": 20,
        "steps": [[2_000_000, 20, 0], [5_000_000, 30, 200_000], [None, 40, 700_000]],
    },
    unit="up to small_max_fen a month less small_off_fen, above it less off_percent; then [taxable up to fen, rate %,"
    " quick deduction fen]",
    source="国家税务总局公告 2018 年第 61 号第八条及附件：劳务报酬所得预扣预缴，"
    "每次收入不超过 4000 元减 800 元，4000 元以上减 20%，预扣率 20%、30%、40%",
    confirmed=True,
    check=_is_tax_table,
)
BAND_RATES = declare(
    "classes.pay_band_max_fen",
    default={"junior": 20_000, "middle": 30_000, "senior": 50_000, "expert": 100_000},
    unit="fen per class hour of 45 minutes at most, by band",
    source="副高每学时 500 元、正高 1000 元以内：参照财行〔2016〕540 号第十条；初级、中级为平台默认，待当地文件确认",
    check=lambda value: (
        isinstance(value, dict)
        and set(value) == {"junior", "middle", "senior", "expert"}
        and all(is_whole(1, 1_000_000)(fen) for fen in value.values())
    ),
)
LATE_CANCEL_PAY = declare(
    "classes.late_cancel_pay",
    default={"hours": 24, "percent": 0},
    unit="percent of a meeting's pay when it is cancelled less than so many hours before its start",
    source="平台默认：停上的课不计酬；当地合同约定临时停课补偿的，在这里写明比例和小时数",
    check=lambda value: (
        isinstance(value, dict)
        and set(value) == {"hours", "percent"}
        and is_whole(0, 168)(value["hours"])
        and is_whole(0, 100)(value["percent"])
    ),
)
CONTRACT_BACKDATED_DAYS = declare(
    "classes.contract_backdated_days",
    default=31,
    unit="days before the day it is written down that a teacher's contract may begin",
    source="平台默认：补登协议最多往前一个月，再早的请上级核实",
    check=is_whole(0, 366),
)
