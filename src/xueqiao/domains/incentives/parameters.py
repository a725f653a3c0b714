"""Numbers of points and volunteer time that differ between places. Points are whole hundredths, time is in minutes."""

from xueqiao.foundation.parameters.api import declare, is_whole

POINTS_PER_HOUR = declare(
    "incentives.points_per_hour",
    default=100,
    unit="百分之一积分 / 60 分钟",
    source="慈溪市民终身学习卡：学习 1 小时计 1 分（领域规则第 4.1 节，V-18）；未经本地主管部门确认",
    check=is_whole(0, 10_000),
)
POINTS_DAY_MOST = declare(
    "incentives.points_day_most",
    default=400,
    unit="百分之一积分 / 人 / 天",
    source="平台默认：每天最多 4 分；未经主管部门确认",
    check=is_whole(0, 100_000),
)
POINTS_YEAR_MOST = declare(
    "incentives.points_year_most",
    default=20_000,
    unit="百分之一积分 / 人 / 年",
    source="平台默认：每年最多 200 分；未经主管部门确认",
    check=is_whole(0, 10_000_000),
)
POINTS_KEEP_MONTHS = declare(
    "incentives.points_keep_months",
    default=3,
    unit="months after the year in which points were earned",
    source="平台默认：次年 3 月底到期；未经主管部门确认",
    check=is_whole(0, 120),
)
POINTS_NOTICE_DAYS = declare(
    "incentives.points_notice_days",
    default=30,
    unit="days between telling a person and taking her points",
    source="平台默认：到期前 30 天通知，没有通知不清零",
    check=is_whole(1, 365),
)
POINTS_GIVE_YEAR_MOST = declare(
    "incentives.points_give_year_most",
    default=5_000,
    unit="百分之一积分 / 人 / 年，赠给个人",
    source="平台默认：每年最多赠给他人 50 分，防止买卖；捐给社区不限",
    check=is_whole(0, 10_000_000),
)
REWARD_KEEP_DAYS = declare(
    "incentives.reward_keep_days",
    default=14,
    unit="days a reserved reward waits at the counter",
    source="平台默认：兑换后 14 天内来取",
    check=is_whole(1, 120),
)
TIME_DAY_MOST = declare(
    "incentives.volunteer_day_most",
    default=480,
    unit="minutes a day and person",
    source="平台默认：志愿服务每天最多计 8 小时；未经主管部门确认",
    check=is_whole(1, 1440),
)
TIME_BANK_OPEN = declare(
    "incentives.time_bank_open",
    default=0,
    unit="1: volunteer time may be donated to the time bank of the county",
    source="平台默认：未开通；南京市时间银行可捐赠（领域规则第 11 节，V-42）",
    check=is_whole(0, 1),
)
TIME_KEEP_MOST = declare(
    "incentives.volunteer_keep_most",
    default=90_000,
    unit="minutes one person keeps where the time bank is open; what is above is donated",
    source="南京市时间银行：个人账户上限 1500 小时，超出部分捐赠（领域规则第 11 节，V-42）",
    check=is_whole(0, 10_000_000),
)
HELP_AGE_FROM = declare(
    "incentives.time_help_age_from",
    default=60,
    unit="years of age from which stored time can bring help",
    source="南京市时间银行：60 岁以上存时长者本人，或 60 岁以上直系亲属使用（领域规则第 11 节，V-42）",
    check=is_whole(0, 120),
)
BANK_AGE_FROM = declare(
    "incentives.time_bank_age_from",
    default=80,
    unit="years of age from which the time bank itself pays for help",
    source="南京市时间银行：80 岁以上重点空巢独居老人由时间银行服务（领域规则第 11 节，V-42）",
    check=is_whole(0, 120),
)
