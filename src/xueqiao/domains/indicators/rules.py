"""Counting rules as pure functions. Sources: domain rules section 2 (defaults, unconfirmed by the authority)."""

from collections.abc import Iterable, Sequence
from statistics import median

from xueqiao.domains.indicators.values import (
    ELDERLY_PARTICIPATION,
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    Definition,
    Measure,
)
from xueqiao.foundation.region_code import PROVINCE, TOWNSHIP, VILLAGE, RegionCode

ELDER_AGE_YEARS = 60  # the statutory line of 老年人权益保障法 art. 2, the same everywhere
TOWNSHIP_KINDS = frozenset({"subdistrict", "town", "township"})  # quasi units (zones, farms) are no townships
ALL_LEVELS = tuple(range(PROVINCE, VILLAGE + 1))
DOWN_TO_TOWNSHIP = tuple(range(PROVINCE, TOWNSHIP + 1))

DEFINITIONS: dict[str, Definition] = {
    ELDERLY_PARTICIPATION: Definition(
        name=ELDERLY_PARTICIPATION,
        title="老年人社区教育活动年参与率",
        formula_version="2026.1",
        numerator=Measure(
            title="当年至少参加过一次有效学习的 60 岁及以上常住居民人数",
            rule="当年年底前满 60 周岁；一次签到满 30 分钟算有效参加；同一个人一年只算一次，按签到当天的居住地归口",
            source="各班次点名签到记录（扫码、名单、刷卡）",
        ),
        denominator=Measure(
            title="60 岁及以上常住人口",
            rule="取统计期末之前最近一期人口数",
            source="第七次全国人口普查；县以下为按村居数估算",
        ),
        unit="%",
        period="自然年",
        origin="《江苏省积极应对人口老龄化能力评价实施方案》所列指标；计数口径为本平台默认，待主管部门确认",
        confirmed=False,
        aim_percent=25,
        adds_up=False,
        levels=ALL_LEVELS,
    ),
    TOWNSHIP_COVERAGE: Definition(
        name=TOWNSHIP_COVERAGE,
        title="乡镇（街道）老年教育机构覆盖率",
        formula_version="2026.1",
        numerator=Measure(
            title="有正常办学的老年教育机构的乡镇（街道）数",
            rule="机构开办中、面向老年人，近 12 个月至少开过一个 10 次课以上的班，或累计上课 12 次以上",
            source="机构登记与班次记录",
        ),
        denominator=Measure(
            title="乡镇（街道）总数",
            rule="行政区划中的街道、镇、乡，不含开发区、农场等类单位",
            source="统计用区划代码 2023 年版",
        ),
        unit="%",
        period="截至当日的近 12 个月",
        origin="《江苏省积极应对人口老龄化能力评价实施方案》所列指标；“正常办学”口径为本平台默认，待确认",
        confirmed=False,
        aim_percent=70,
        adds_up=True,
        levels=DOWN_TO_TOWNSHIP,
    ),
    STANDARD_CENTRES: Definition(
        name=STANDARD_CENTRES,
        title="标准化社区教育中心达标率",
        formula_version="2026.1",
        numerator=Measure(
            title="持有效标准化证书的社区教育中心数",
            rule="证书在有效期内且未被撤销",
            source="标准化认定证书登记",
        ),
        denominator=Measure(title="社区教育中心总数", rule="当日开办中的乡镇（街道）社区教育中心", source="机构登记"),
        unit="%",
        period="截至当日",
        origin="省级标准化社区教育中心认定",
        confirmed=False,
        aim_percent=100,
        adds_up=True,
        levels=DOWN_TO_TOWNSHIP,
    ),
}


def units_counting(homes: Iterable[int]) -> set[int]:
    """All units, village to province, in which a person with these homes counts: once in each."""
    return {int(unit) for home in homes for unit in RegionCode(home).lineage}


def units_gained_and_lost(before: Iterable[int], after: Iterable[int]) -> tuple[set[int], set[int]]:
    """Units whose numerator grows or shrinks by one person when her homes change from `before` to `after`."""
    counted_before, counted_after = units_counting(before), units_counting(after)
    return counted_after - counted_before, counted_before - counted_after


def median_percent(percents: Sequence[float | None]) -> float | None:
    """Median of the known values; None when there are fewer than three (a median of two tells on a neighbour)."""
    known = [value for value in percents if value is not None]
    return median(known) if len(known) >= 3 else None


def is_withheld(numerator: int, threshold: int) -> bool:
    """True when a published count of persons is small enough to point at somebody: 1 .. threshold - 1."""
    return 0 < numerator < threshold
