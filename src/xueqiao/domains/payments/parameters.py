"""Numbers of payments that differ between places."""

from xueqiao.foundation.parameters.api import declare

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
