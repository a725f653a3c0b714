from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.people import rules


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张桂兰", "张*兰"), ("王骑", "王*"), ("欧阳娜娜", "欧**娜"), ("张", "*"), ("", "*")],
)
def test_masking_leaves_a_name_its_owner_knows(name, masked):
    assert rules.mask_name(name) == masked


def test_age_turns_on_the_birthday_and_leap_days_on_the_first_of_march():
    assert rules.age_on(date(1958, 3, 5), date(2026, 3, 4)) == 67
    assert rules.age_on(date(1958, 3, 5), date(2026, 3, 5)) == 68
    assert rules.age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert rules.age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize(
    "text", ["13912345678", "+86 139 1234 5678", "０0861391234 5678".replace("０0", "00"), "１３９１２３４５６７８"]
)
def test_phones_are_read_as_people_write_them(text):
    assert rules.parse_phone(text) == "13912345678"


@pytest.mark.parametrize("name", ["张桂兰", "阿依古丽·买买提", "Mary O'Neil", "王 芳"])
def test_real_names_pass(name):
    assert rules.parse_name(f"  {name} ") == name


@given(st.text(max_size=40))
def test_no_text_breaks_the_parsers(text):
    for parse in (rules.parse_phone, rules.parse_name, rules.parse_home, rules.parse_code):
        with suppress(rules.Refused):
            parse(text)
    with suppress(rules.Refused):
        rules.parse_birth_date(text, date(2026, 3, 4))


@given(st.integers(100_000_000, 999_999_999), st.integers(0, 9), st.integers(1, 9))
def test_every_single_slip_in_a_learner_number_shows(number, place, slip):
    code = str(number) + rules.check_digit(str(number))
    changed = list(code)
    changed[place] = str((int(changed[place]) + slip) % 10)
    digits = "".join(changed)
    assert rules.check_digit(digits[:-1]) != digits[-1]


@given(st.integers(0, 5000))
def test_effort_rises_slowly_and_stops(asked):
    factor = rules.work_factor(asked, 12)
    assert 0 <= factor <= 64 and factor <= rules.work_factor(asked + 12, 12)
    assert (factor == 0) == (asked < 12)
    assert rules.wait_seconds(factor) <= 60


def test_keyed_hashes_differ_by_purpose_and_key():
    made = {rules.keyed_hash(k, p, t) for k in ("a", "b") for p in ("x", "y") for t in ("1", "2")}
    assert len(made) == 8 and all(len(h) == 32 for h in made)
