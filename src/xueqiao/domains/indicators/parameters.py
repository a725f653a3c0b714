"""Numbers of the counting rules that a place may set for itself."""

from xueqiao.foundation.parameters.api import declare

PUBLISH_PERSONS_MIN = declare(
    "indicators.publish_persons_min",
    default=10,
    unit="人",
    source="本平台默认：公开发布时少于 10 人不显示，保护个人隐私",
    check=lambda value: isinstance(value, int) and 3 <= value <= 100,
)
