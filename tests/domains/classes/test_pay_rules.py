"""Pay and its tax by the rule alone."""

from datetime import date, timedelta

import pytest

from xueqiao.domains.classes.parameters import LABOUR_TAX
from xueqiao.domains.classes.rules.pay import (
    is_late_cancel,
    labour_tax_fen,
    month_after,
    month_of,
    pay_fen,
    tax_table,
)
from xueqiao.foundation.clock import at_local

TABLE = tax_table(LABOUR_TAX.default)


@pytest.mark.parametrize(
    ("minutes", "rate", "percent", "expected"),
    [
        (45, 15_000, 100, 15_000),
        (90, 15_000, 100, 30_000),
        (60, 15_000, 100, 20_000),
        (40, 10_000, 100, 8_889),  # 8,888.89 rounds up
        (1, 1, 100, 0),
        (90, 15_000, 30, 9_000),
        (90, 15_000, 0, 0),
        (0, 15_000, 100, 0),
    ],
)
def test_a_class_hour_is_45_minutes_and_pay_is_to_the_nearest_fen(minutes, rate, percent, expected):
    assert pay_fen(minutes=minutes, rate_fen=rate, percent=percent) == expected


@pytest.mark.parametrize(
    ("yuan", "tax"),
    [
        ("0", "0"),
        ("800", "0"),
        ("800.01", "0"),  # a fifth of a fen
        ("800.03", "0.01"),
        ("1000", "40"),
        ("2000", "240"),  # the example of the tax office's own explanation of 公告 2018 年第 61 号
        ("4000", "640"),
        ("4000.01", "640"),  # 640.0016
        ("10000", "1600"),
        ("25000", "4000"),  # taxable 20,000: the last of the first step
        ("25000.01", "4000"),  # 4,000.0024: the steps join without a jump
        ("30000", "5200"),
        ("62500", "13000"),  # taxable 50,000: the last of the second step
        ("100000", "25000"),
    ],
)
def test_labour_tax_follows_the_published_table(yuan, tax):
    def fen(text):
        whole, _, part = text.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0"))

    assert labour_tax_fen(fen(yuan), TABLE) == fen(tax)


def test_tax_never_falls_when_pay_rises_and_never_takes_all():
    taxes = [labour_tax_fen(fen, TABLE) for fen in range(0, 8_000_000, 7_919)]
    assert taxes == sorted(taxes)
    assert all(tax <= fen * 40 // 100 for tax, fen in zip(taxes, range(0, 8_000_000, 7_919), strict=True))


def test_another_table_is_another_tax():
    flat = tax_table({"small_max_fen": 0, "small_off_fen": 0, "off_percent": 0, "steps": [[None, 10, 0]]})
    assert labour_tax_fen(12_345, flat) == 1_235  # 1,234.5 rounds up


@pytest.mark.parametrize(
    "bad",
    [
        {"small_max_fen": 1, "small_off_fen": 2, "off_percent": 20, "steps": [[None, 20, 0]]},
        {"small_max_fen": 2, "small_off_fen": 1, "off_percent": 20, "steps": [[100, 20, 0]]},
        {"small_max_fen": 2, "small_off_fen": 1, "off_percent": 20, "steps": [[100, 30, 0], [None, 20, 0]]},
        {"small_max_fen": 2, "small_off_fen": 1, "off_percent": 120, "steps": [[None, 20, 0]]},
    ],
)
def test_a_table_that_cannot_be_meant_is_not_taken(bad):
    assert LABOUR_TAX.check(LABOUR_TAX.default)
    assert not LABOUR_TAX.check(bad)


def test_late_is_less_than_so_many_hours_before_the_start():
    start = at_local(date(2026, 3, 4), 19)
    assert is_late_cancel(start, start - timedelta(hours=23), 24)
    assert not is_late_cancel(start, start - timedelta(hours=24), 24)
    assert not is_late_cancel(start, None, 24)
    assert not is_late_cancel(start, start, 0)


def test_months_begin_on_their_first_day():
    assert month_of(date(2026, 2, 28)) == date(2026, 2, 1)
    assert [month_after(date(2026, m, 1)).month for m in (1, 2, 12)] == [2, 3, 1]
