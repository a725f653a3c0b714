"""Numbers of the credit bank that differ between places. Design source: domain rules 4.3; [D] means unconfirmed."""

from xueqiao.foundation.parameters.api import declare, is_whole

RULE_TITLE = "社区教育学分认定规则（默认稿）"  # docs/rules/community-credit.md

minutes_per_credit = declare(
    "credits.minutes_per_credit",
    default=16 * 60,
    unit="分钟 / 学分",
    source=f"《{RULE_TITLE}》第 4 条：社区、老年教育每 16 学时 1 学分，平台默认值，未经主管部门确认",
    check=lambda value: type(value) is int and 60 <= value <= 6000,
)
step_hundredths = declare(
    "credits.step_hundredths",
    default=50,
    unit="百分之一学分",
    source=f"《{RULE_TITLE}》第 5 条：按 0.5 学分向下取整，余下学时留存，平台默认值，未经主管部门确认",
    check=lambda value: type(value) is int and value in (10, 25, 50, 100),
)
conversion_hold_days = declare(
    "credits.conversion_hold_days",
    default=30,
    unit="天",
    source="学分转换：学校要在这些天里确认，过期学分退回本人，平台默认值，未经主管部门确认",
    check=is_whole(1, 180),
)
expiry_notice_days = declare(
    "credits.expiry_notice_days",
    default=90,
    unit="天",
    source="学分到期：提前这些天告诉本人，没有告诉过的不会过期，平台默认值，未经主管部门确认",
    check=is_whole(7, 730),
)
publish_persons_min = declare(
    "credits.publish_persons_min",
    default=10,
    unit="人",
    source="学分银行公开数字：少于 10 人（或 10 份）不显示，保护个人隐私，平台默认值，未经主管部门确认",
    check=is_whole(3, 100),
)
