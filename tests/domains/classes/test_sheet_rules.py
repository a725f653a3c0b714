"""What people type into a list of classes, and what is understood by it."""

from datetime import date

import pytest

from xueqiao.domains.classes.errors.batches import CellMissing, CellUnreadable, NotInList, NumberOutside
from xueqiao.domains.classes.rules import sheets


@pytest.mark.parametrize(
    "typed",
    [
        "2026-09-07",
        "2026/9/7",
        "2026.9.7",
        "2026年9月7日",
        " 2026 年 9 月 7 日 ",
        "2026年9月7",
        "2026\u30009\u30007".replace("\u3000", "-"),
    ],
)
def test_days(typed):
    assert sheets.day_in({"first_day": typed}) == date(2026, 9, 7)


@pytest.mark.parametrize("typed", ["2026-02-30", "9月7日", "明天", "46272", "2026-9-7-1", "20260-9-7"])
def test_days_that_are_none(typed):
    with pytest.raises(CellUnreadable, match="2026-09-07"):
        sheets.day_in({"first_day": typed})


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("周一", (1,)),
        ("周一、周四", (1, 4)),
        ("星期四 星期一", (1, 4)),
        ("每周一和周四", (1, 4)),
        ("一四", (1, 4)),
        ("1,4", (1, 4)),
        ("周日", (7,)),
        ("礼拜天", (7,)),
        ("周一、周一", (1,)),
        ("7", (7,)),
    ],
)
def test_weekdays(typed, days):
    assert sheets.weekdays_in({"weekdays": typed}) == days


@pytest.mark.parametrize("typed", ["周八", "0", "8", "工作日", "、", "Monday"])
def test_weekdays_that_are_none(typed):
    with pytest.raises(CellUnreadable):
        sheets.weekdays_in({"weekdays": typed})


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("19:00", (19, 0)),
        ("9:05", (9, 5)),
        ("19：30", (19, 30)),
        ("19:00:00", (19, 0)),
        ("19点", (19, 0)),
        ("19点半", (19, 30)),
        ("19点15分", (19, 15)),
        ("0:00", (0, 0)),
    ],
)
def test_times(typed, time):
    assert sheets.time_in({"start": typed}) == time


@pytest.mark.parametrize("typed", ["24:00", "19:60", "七点", "19", "19:00-20:30", "-1:00"])
def test_times_that_are_none(typed):
    with pytest.raises(CellUnreadable):
        sheets.time_in({"start": typed})


def test_numbers_have_bounds_units_and_a_default():
    def seats(typed):
        return sheets.number_in({"capacity": typed}, "capacity", default=20, low=1, high=30)

    assert [seats(each) for each in ("", "24", "24.0", "24 座", "24人")] == [20, 24, 24, 24, 24]
    for outside in ("0", "31", "-5"):
        with pytest.raises(NumberOutside, match="1 到 30"):
            seats(outside)
    for nonsense in ("很多", "2.5", "1e3", "²"):
        with pytest.raises(CellUnreadable):
            seats(nonsense)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("", None),
        ("0", 0),
        ("免费", 0),
        ("360", 36_000),
        ("30.5", 3_050),
        ("30.50元", 3_050),
        ("1,200", 120_000),
        ("¥8.00", 800),
    ],
)
def test_prices_to_the_fen(typed, fen):
    assert sheets.price_fen_in({"price": typed}) == fen


@pytest.mark.parametrize("typed", ["三十", "-1", "30.505", "1000000", "30.5.5"])
def test_prices_that_are_none(typed):
    with pytest.raises(CellUnreadable):
        sheets.price_fen_in({"price": typed})


def test_admission_is_a_word_of_the_list():
    assert sheets.admission_in({}) == "first_come"
    assert sheets.admission_in({"admission": "抽签"}) == "draw"
    with pytest.raises(NotInList, match="摇号"):
        sheets.admission_in({"admission": "摇号"})


def test_an_empty_cell_that_is_needed_says_what_to_write():
    with pytest.raises(CellMissing, match="请写几点几分"):
        sheets.time_in({"start": " \u3000 "})
