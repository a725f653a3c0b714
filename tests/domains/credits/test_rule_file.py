"""Rule files: what is shipped reads, and every mistake is named with its line, its field and the cure."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xueqiao.domains.credits.errors.rulesets import RuleFileWrong
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rulesets import shipped, shipped_names, shipped_text

COMMUNITY = shipped_text("community")

MISTAKES = [  # what is written, what it becomes, the field that is named, a part of the cure
    ("hours_per_credit = 16 }", 'hours_per_credit = "16" }', "conversion.worth.hours_per_credit", "例如 16 或 1.5"),
    ('at_least = "2/3"', 'atleast = "2/3"', "conversion.conditions[1].atleast", "是不是想写 at_least"),
    ("step = 0.5", "step = 0.005", "rounding.step", "最多两位小数"),
    ("step = 0.5", "step = -0.5", "rounding.step", "最多两位小数"),
    ("step = 0.5", "step = 0", "rounding.step", "例如 0.5"),
    ("step = 0.5", "step = nan", "rounding.step", "最多两位小数"),
    ('field = "years", at_least = 3', 'field = "yaers", at_least = 3', "conversion.conditions[1].field", "years"),
    ('category = "award"\n', "", "conversion.category", "请加一行 category"),
    ("credits = 4\n", 'credits = 4\nshare = "40%"\n', "cap.number", "留一项"),
    ("credits = 4\n", "", "cap.number", "留一项"),
    ("credits = 4\n", 'share = "40%"\n', "cap.share", "required"),
    ("version = 1", "version = 1\nversion = 2", "version", "同一项只写一次"),
    ('title = "奖项"', 'title = "奖项', "title", "文字要加英文引号"),
    ('"elderly_course", ', '"elder_course", ', "conversion.from", "是不是想写 elderly_course"),
    ('keep = "best"', 'keep = "choose"', "rounding.remainder", 'keep 改成 "best"'),
    ("in_force_from = 2026-01-01", "in_force_from = 2026-13-01", "in_force_from", "值"),
    ("in_force_from = 2026-01-01", 'in_force_from = "2026-01-01"', "in_force_from", "不加引号"),
    ("confirmed = false", "confirmed = false\nin_force_until = 2025-01-01", "in_force_until", "更晚的日期"),
    ("confirmed = false", 'confirmed = "no"', "confirmed", "true 或 false"),
    ("times = 8", "tims = 8", "conversion.limits[2].tims", "是不是想写 times"),
    ("form = 1", "form = 2", "form", "form = 1"),
    ("form = 1\n", "", "form", "请加一行 form"),
    ('terms = ["03-01", "09-01"]', 'terms = ["09-01", "03-01"]', "calendar.terms", "从早到晚"),
    ('year_starts = "01-01"', 'year_starts = "02-30"', "calendar.year_starts", "月日"),
    ("[rounding]", "[roundings]", "roundings", "这里可以写"),
    ("[[cap]]", "[cap]", "cap", "[[cap]]"),
    (
        'field = "attendance", at_least = "2/3"',
        'field = "attendance", at_least = "2/0"',
        "conversion.conditions[1].at_least",
        "分数",
    ),
    ('field = "passed", is = true', 'field = "passed", is = "yes"', "conversion.conditions[2].is", "true 或 false"),
    ('field = "passed", is = true', 'field = "passed", at_least = true', "conversion.conditions[2].at_least", "true"),
    ('code = "community"\ntitle', 'code = "other"\ntitle', "", ""),  # a programme may be called anything: no mistake
    (
        'from = ["work_experience"]\n\n[review]',
        'from = ["work_experience"]\nprogrammes = ["x"]\n\n[review]',
        "cap.programmes",
        "现有：community",
    ),
]


@pytest.mark.parametrize("name", shipped_names())
def test_what_is_shipped_reads(name: str) -> None:
    ruleset = shipped(name)
    assert ruleset.programmes
    assert ruleset.review.reviewers >= 3
    assert all(each.number for each in (*ruleset.conversions, *ruleset.caps, *ruleset.requirements))


@pytest.mark.parametrize(("written", "becomes", "field", "cure"), MISTAKES, ids=[each[1] for each in MISTAKES])
def test_a_mistake_is_named_with_line_field_and_cure(written: str, becomes: str, field: str, cure: str) -> None:
    assert written in COMMUNITY
    text = COMMUNITY.replace(written, becomes, 1)
    if not field:
        read_rule_file(text)
        return
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(text)
    problem = next(each for each in refusal.value.problems if each.field == field)
    assert cure in problem.cure
    assert 0 <= problem.line <= len(text.splitlines())
    word = field.rsplit(".", maxsplit=1)[-1].partition("[")[0]
    if problem.line:
        near = "\n".join(text.splitlines()[problem.line - 1 : problem.line])
        assert word in near or near.startswith("[") or "field" in near or "{" in near, (near, problem)
    assert str(problem.line) in refusal.value.message or len(refusal.value.problems) > 1


def test_all_mistakes_of_a_file_are_named_at_once_in_the_order_of_lines() -> None:
    text = COMMUNITY.replace("step = 0.5", "step = 0.005").replace("credits = 4\n", "credits = -4\n")
    text = text.replace('unit = "CREDIT.community"\n', "")
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(text)
    lines = [each.line for each in refusal.value.problems]
    assert lines == sorted(lines)
    assert [each.field for each in refusal.value.problems] == ["unit", "rounding.step", "cap.credits"]


def test_a_line_is_the_line_of_the_field_that_is_wrong() -> None:
    lines = COMMUNITY.splitlines()
    where = next(n for n, line in enumerate(lines, 1) if line.startswith("step ="))
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(COMMUNITY.replace("step = 0.5", 'step = "half"'))
    assert [each.line for each in refusal.value.problems] == [where]


@given(seed=st.integers(0, 10**9), name=st.sampled_from(shipped_names()))
@settings(max_examples=80, deadline=None)
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(seed: int, name: str) -> None:
    dice = random.Random(seed)
    lines = shipped_text(name).splitlines()
    for _ in range(dice.randrange(1, 4)):
        n = dice.randrange(len(lines))
        line = lines[n]
        at = dice.randrange(len(line) + 1)
        lines[n] = dice.choice(
            ["", line[:at], line[at:], line[:at] + dice.choice('"[]{}=,.0x-#\\\x00年') + line[at:], line + line]
        )
    try:
        read_rule_file("\n".join(lines))
    except RuleFileWrong as refusal:
        assert refusal.problems
        assert all(each.what and each.cure and each.field for each in refusal.problems)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(RuleFileWrong):
        read_rule_file(COMMUNITY + "#" * 200_001)
