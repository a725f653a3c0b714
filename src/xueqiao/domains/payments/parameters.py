"""Numbers of payments that differ between places."""

from typing import Any

from xueqiao.foundation.parameters.api import declare, is_whole

SUBSIDY_WEIGHTS = declare(
    "payments.subsidy_weights",
    default={"government": 1, "market": 0, "institution": 0},
    unit="whole-number weights of the part that the learner does not pay",
    source="省级报告：夜校按每课时约 30 元成本，由政府、市场、学校、学员分担；分担比例未见公布，默认由政府承担",
    check=lambda value: (
        isinstance(value, dict)
        and set(value) == {"government", "market", "institution"}
        and all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in value.values())
        and sum(value.values()) > 0
    ),
)


def _is_percent_by_kind(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"hardship", "disability", "veteran", "student"}
        and all(is_whole(0, 100)(percent) for percent in value.values())
    )


CONCESSION_PERCENTS = declare(
    "payments.concession_percents",
    default={"hardship": 100, "disability": 50, "veteran": 50, "student": 50},
    unit="percent taken off the learner's part, by kind of concession",
    source="夜校收费规则：优惠对象减 50 %，登记困难的免费；对象范围为平台默认，待当地文件确认",
    check=_is_percent_by_kind,
)
CONCESSION_WEIGHTS = declare(
    "payments.concession_weights",
    default={"government": 1, "market": 0, "institution": 0},
    unit="whole-number weights of who carries a concession",
    source="平台默认：优惠部分由政府承担，待当地财政文件确认",
    check=SUBSIDY_WEIGHTS.check,
)
VOUCHER_ORDER = declare(
    "payments.voucher_order",
    default=["enterprise", "campaign", "learning"],
    unit="kinds of vouchers in the order they are used; kinds left out cannot be used",
    source="平台默认：先用单位付的，再用活动券，最后用个人学习券；同类先用快到期的",
    check=lambda value: (
        isinstance(value, list)
        and len(set(value)) == len(value)
        and set(value) <= {"learning", "campaign", "enterprise"}
    ),
)
VOUCHERS_PER_BILL = declare(
    "payments.vouchers_per_bill",
    default=2,
    unit="vouchers that may pay for one bill, never two of one kind; 0 for none",
    source="平台默认：一张账单最多叠用 2 张不同种类的券",
    check=is_whole(0, 3),
)
VOUCHER_GRACE_DAYS = declare(
    "payments.voucher_grace_days",
    default=30,
    unit="days a voucher stays usable after money came back to it",
    source="平台默认：退课退回的券至少还能用 30 天",
    check=is_whole(0, 366),
)
REFUND_DAYS = declare(
    "payments.refund_days",
    default=15,
    unit="days within which a refund must have reached the payer",
    source="领域规则 5.2 第 8 条：15 天内退回原付款渠道",
    check=is_whole(1, 60),
)
