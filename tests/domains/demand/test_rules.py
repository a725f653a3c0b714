"""Enterprises by the rule alone: the credit code, the bank's file, what a line is for, what was earned."""

from datetime import date

import pytest

from xueqiao.domains.demand.errors import BankFileBroken
from xueqiao.domains.demand.rules import (
    CREDIT_LETTERS,
    credit_check_letter,
    earned_so_far,
    entries_of,
    is_credit_code,
    match_line,
    order_price_fen,
)
from xueqiao.domains.demand.values import BankEntry, Match, OpenBill

HEADING = "流水号,日期,对方户名,金额,附言\n"
BILLS = [
    OpenBill(1, "QY2345ABCD", "射阳绣品有限公司", 10_000),
    OpenBill(2, "QY6789EFGH", "射阳绣品有限公司", 5_000),
    OpenBill(3, "QYAAAABBBB", "盐城(合德)电子厂", 7_000),
    OpenBill(4, "QYPAIDPAID", "老付款户", 0),
]


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # the example of GB 32100-2015
        "914403001922038216",  # published by their holders: Huawei, Tencent, Alibaba, Baidu
        "9144030071526726XG",
        "91330100799655058B",
        "91110000802100433B",
    ],
)
def test_published_credit_codes_are_right_and_any_single_slip_is_seen(code):
    assert is_credit_code(code)
    for place, letter in enumerate(code):
        for other in CREDIT_LETTERS:
            if other != letter:
                assert not is_credit_code(code[:place] + other + code[place + 1 :])


def test_two_neighbours_that_changed_places_are_seen():
    code = "91350100M000100Y43"
    for place in range(17):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not is_credit_code(swapped)


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100m000100Y43", "O1350100M000100Y43"]
)
def test_what_is_no_code_is_no_code(code):
    assert not is_credit_code(code)


def test_a_check_letter_needs_seventeen():
    with pytest.raises(ValueError, match="17"):
        credit_check_letter("9135")


def entry(amount, words="", payer=""):
    return BankEntry("N1", date(2026, 3, 5), payer, amount, words)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (entry(10_000, "培训费 QY2345ABCD"), Match("exact", 1)),
        (entry(9_999, "qy2345abcd培训费"), Match("partial", 1)),
        (entry(10_001, "QY2345ABCD"), Match("surplus", 1)),
        (entry(100, "QYPAIDPAID"), Match("surplus", 4)),  # paid already: all of it is above the bill
        (entry(7_000, "", "盐城（合德） 电子厂"), Match("exact", 3)),  # brackets and spaces differ
        (entry(10_000, "", "射阳绣品有限公司"), Match("unknown", None)),  # it has two bills
        (entry(10_000, "QY2345ABCD QY6789EFGH"), Match("unknown", None)),  # both are named
        (entry(100, "", "老付款户"), Match("unknown", None)),  # owes nothing
        (entry(100, "XQY2345ABCD"), Match("unknown", None)),  # another number that ends like ours
        (entry(100, "", ""), Match("unknown", None)),
    ],
)
def test_a_line_is_for_the_bill_it_names_else_for_its_payers_only_open_bill(line, expected):
    assert match_line(line, BILLS) == expected


def test_the_banks_file_is_read_as_banks_write_it():
    text = (
        "\ufeff交易流水号,交易日期,摘要,对方户名,贷方金额\n"
        'N1,20260305,QY2345ABCD,"射阳绣品有限公司","￥1,234.50"\n'
        "N2,2026年03月05日,手续费,银行,-3.00\n"
        "\n"
        "N3,2026-03-06,,甲,5\n"
    )
    assert entries_of(text) == [
        BankEntry("N1", date(2026, 3, 5), "射阳绣品有限公司", 123_450, "QY2345ABCD"),
        BankEntry("N3", date(2026, 3, 6), "甲", 500, ""),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("流水号,日期,金额\n", 1),
        (HEADING + "N1,2026-03-05,甲,1.234,x\n", 2),
        (HEADING + "N1,2026-03-05,甲,1,x\nN2,2026-13-05,甲,1,x\n", 3),
        (HEADING + ",2026-03-05,甲,1,x\n", 2),
        (HEADING + "N1,2026-03-05,甲\n", 2),
        (HEADING + "N1,2026-03-05,甲,1,x\nN1,2026-03-05,甲,1,x\n", 3),
    ],
)
def test_a_line_nobody_can_read_is_named(text, line):
    with pytest.raises(BankFileBroken) as refused:
        entries_of(text)
    assert f"第 {line} 行" in refused.value.message


def test_after_the_last_meeting_all_is_earned_and_never_more_than_the_even_part_before():
    for amount in (1, 100, 10_007):
        earned = [earned_so_far(amount, held=held, meetings=7) for held in range(8)]
        assert earned[0] == 0
        assert earned[-1] == amount
        assert all(part * 7 <= amount * held for held, part in enumerate(earned))
        assert earned == sorted(earned)
    assert earned_so_far(5, held=0, meetings=0) == 0
    with pytest.raises(ValueError, match="held"):
        earned_so_far(5, held=2, meetings=1)


def test_an_order_costs_the_price_of_each():
    assert order_price_fen(per_learner_fen=48_000, learners=24) == 1_152_000
    with pytest.raises(ValueError, match="one learner"):
        order_price_fen(per_learner_fen=1, learners=0)
