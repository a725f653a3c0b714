import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.credits.rules import certificates, deposits
from xueqiao.domains.credits.values.amounts import credits_text, hours_text

HOUR = 60


@pytest.mark.parametrize(
    ("hours", "amount", "kept_hours"),
    [(40, 250, 0), (44, 250, 4), (0, 0, 0), (7.9, 0, 7.9), (8, 50, 0), (12, 50, 4), (16, 100, 0), (90, 550, 2)],
)
def test_sixteen_hours_are_a_credit_rounded_down_to_half_and_the_rest_is_kept(
    hours: float, amount: int, kept_hours: float
) -> None:
    credit = deposits.credit_for(int(hours * HOUR), minutes_per_credit=16 * HOUR, step_hundredths=50)
    assert (credit.amount_hundredths, credit.remainder_minutes) == (amount, int(kept_hours * HOUR))


@given(st.lists(st.integers(0, 5000), max_size=20), st.integers(60, 6000), st.sampled_from([10, 25, 50, 100]))
def test_a_chain_of_classes_is_worth_what_one_long_class_is(minutes: list[int], per_credit: int, step: int) -> None:
    carried, total = 0, 0
    for part in minutes:
        credit = deposits.credit_for(part + carried, minutes_per_credit=per_credit, step_hundredths=step)
        carried, total = credit.remainder_minutes, total + credit.amount_hundredths
        assert carried >= 0
        assert carried * 100 < per_credit * step
    assert total * per_credit <= sum(minutes) * 100
    if per_credit * step % 100 == 0:  # whole minutes in a step: nothing at all is lost
        once = deposits.credit_for(sum(minutes), minutes_per_credit=per_credit, step_hundredths=step)
        assert (total, carried) == (once.amount_hundredths, once.remainder_minutes)


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        deposits.credit_for(-1, minutes_per_credit=960, step_hundredths=50)


def test_the_words_say_rule_hours_credit_and_what_is_kept() -> None:
    text = deposits.proposal_text(
        sessions_attended=6,
        sessions_held=8,
        minutes_attended=540,
        carried_minutes=240,
        credit=deposits.credit_for(780, minutes_per_credit=960, step_hundredths=50),
        minutes_per_credit=960,
        rule_title="社区教育学分认定规则（默认稿）",
    )
    assert text == (
        "出勤 6/8 次，满足《社区教育学分认定规则（默认稿）》第 3 条。实到 9 学时，加上次留存 4 学时，"
        "每 16 学时 1 学分，可存 0.5 学分，余 5 学时留到下次。"
    )


def test_numbers_are_written_as_people_write_them() -> None:
    assert [credits_text(n) for n in (0, 50, 100, 250, 1225)] == ["0", "0.5", "1", "2.5", "12.25"]
    assert [hours_text(n) for n in (0, 90, 720, 100)] == ["0", "1.5", "12", "1.7"]


@pytest.mark.parametrize(
    "typed", ["XQ26-7F3K-9MPQ-2WXH", "xq26 7f3k 9mpq 2wxh", "ＸＱ26－7F3K－9MPQ－2WXH", "XQ267F3K9MPQ2WXH\n"]
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert certificates.typed_code(typed) == "XQ26-7F3K-9MPQ-2WXH"


@given(st.binary(min_size=12, max_size=12))
def test_a_code_is_found_again_after_typing(random: bytes) -> None:
    code = certificates.code_from(random, 2026)
    assert len(code) == 19
    assert certificates.typed_code(code.lower().replace("-", "  ")) == code


@pytest.mark.parametrize(
    ("given_name", "agrees"),
    [("张桂兰", True), (" 张 桂兰", True), ("张桂英", False), ("", False), ("张*兰", False), ("张桂兰兰", False)],
)
def test_a_name_agrees_only_whole(given_name: str, agrees: bool) -> None:
    assert certificates.names_agree(given_name, "张桂兰") is agrees
