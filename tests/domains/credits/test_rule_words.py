"""A rule file in sentences: nothing is left unsaid, and each section stands beside its own lines."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tests.mutants import Mutants
from xueqiao.domains.credits.errors.rulesets import RuleFileWrong
from xueqiao.domains.credits.rules import rulewords
from xueqiao.domains.credits.rules.ruledrafts import changes, marked_lines, next_draft
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rules.rulewords import clauses_of, sentences_of_rules
from xueqiao.domains.credits.rules.worth import wanted_text
from xueqiao.domains.credits.rulesets import shipped, shipped_names, shipped_text
from xueqiao.domains.credits.values.rulesets import CAP_KEYS, FIELDS, OUTCOME_TYPES, RuleSet

# Fields that choose among words, with what they may be changed to.
CHOICES: dict[str, tuple[Any, ...]] = {
    "by": ("hours", "stated", "fixed"),
    "op": ("at_least", "at_most", "is"),
    "keep": ("best", "first", "choose"),
    "remainder": ("kept", "lost"),
    "same": (("title",), ("unit",), ("work", "unit")),
    "per": (("issuer",), ("year",), tuple(CAP_KEYS)),
    "types": (("award",), ("publication",), tuple(OUTCOME_TYPES)),
}
# A cap or a worth has one measure; the others are not read and need not be said.
SILENT = {"sha256", "amount_hundredths", "minutes_per_credit", "credits_hundredths", "share", "outcomes", "table"}
EMPTY: dict[str, Any] = {
    "in_force_until": date(2040, 1, 1),
    "valid_years": 77,
    "step_hundredths": 25,
    "at_most_hundredths": 777,
}


def others(name: str, value: Any) -> Iterator[Any]:
    """Other values a field of a rule set may have."""
    if name == "field":
        kind = FIELDS[value].kind if value else ""
        yield from [each for each, field in FIELDS.items() if field.kind == kind and each != value][:1]
    elif name in CHOICES:
        yield from (each for each in CHOICES[name] if each != value)
    elif value is None:
        yield from [EMPTY[name]] if name in EMPTY else []
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, int | Fraction):
        yield value + 100
    elif isinstance(value, str):
        yield value + "改"


def variants(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every way to change one value somewhere inside, as a whole new thing."""
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            if field.name not in SILENT or (getattr(thing, field.name) and field.name != "sha256"):
                for where, changed in variants(getattr(thing, field.name), field.name):
                    path = f"{type(thing).__name__}.{where}"
                    yield path, replace(thing, **{field.name: changed})
    elif isinstance(thing, tuple) and name not in CHOICES:
        for place, each in enumerate(thing):
            for where, changed in variants(each, name):
                yield f"{where}[{place}]", (*thing[:place], changed, *thing[place + 1 :])
    else:
        for changed in others(name, thing):
            yield name, changed


def unsaid(rules: RuleSet, text: str, said: Callable[[RuleSet, str], tuple[str, ...]]) -> set[str]:
    """The values that may change without any sentence changing."""
    before = said(rules, text)
    return {where for where, changed in variants(rules) if said(changed, text) == before}


def is_read(where: str) -> bool:
    """Some values are not read in the way they stand: the field of what is worth a fixed amount, and the like."""
    return not any(part in where for part in ("Worth.field", "Worth.by", "Worth.amount_hundredths", "Worth.minutes"))


@pytest.mark.parametrize("name", shipped_names())
def test_every_value_of_a_rule_set_is_said(name: str) -> None:
    found = {each for each in unsaid(shipped(name), shipped_text(name), sentences_of_rules) if is_read(each)}
    assert found == set()
    assert len(list(variants(shipped(name)))) > 60, "the walk finds the values"


def test_a_sentence_that_is_left_out_is_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, text = shipped("korea_acbs"), shipped_text("korea_acbs")
    for bug, values in {
        "caps are not told": ("_cap", lambda *_: ("上限", [])),
        "conditions are not told": ("_condition", lambda _: ""),
        "the range of a requirement is not told": ("_only_for", lambda *_: ""),
        "rounding, calendar, grades and review are not told": ("_table", lambda *_: ("", [])),
        "the head is not told": ("_head", lambda *_: []),
    }.items():
        with monkeypatch.context() as patched:
            patched.setattr(rulewords, *values)
            mutants.tell("rules", bug, caught=bool(unsaid(rules, text, sentences_of_rules)))


@pytest.mark.parametrize("name", shipped_names())
def test_each_section_stands_beside_its_own_lines_and_all_lines_are_shown(name: str) -> None:
    text = shipped_text(name)
    clauses = clauses_of(shipped(name), text, place="江苏省")
    beside = [clause for clause in clauses if clause.first_line]
    assert "\n".join(clause.text for clause in beside).split() == text.split(), "no line is lost or shown twice"
    for clause in beside[1:]:
        number = clause.heading.split(" ")[0] + (" " + clause.heading.split(" ")[1] if "条" in clause.heading else "")
        assert clause.text.lstrip("#").strip(), number
    numbered = [(c, line) for c in beside for line in c.text.splitlines() if line.startswith("number = ")]
    for clause, line in numbered:
        assert line.split('"')[1] in clause.heading


def test_what_a_file_does_not_say_is_said_as_a_default() -> None:
    text = shipped_text("community").replace('[rounding]\nnumber = "第 5 条"\nstep = 0.5\nremainder = "kept"\n', "")
    last = clauses_of(read_rule_file(text), text)[-2:]
    assert [each.first_line for each in last] == [0, 0]
    assert (last[0].heading, last[0].sentences[0]) == ("取整", "文件里没有写，按默认：")
    assert "向下取整到 0.01 学分，余下的不留。" in last[0].sentences


def test_a_sentence_reads_as_one() -> None:
    said = sentences_of_rules(shipped("community"), shipped_text("community"), place="江苏省")
    for sentence in (
        "适用地区：江苏省（320000000000）。",
        "收：社区课程、老年教育课程、培训证书。",
        "每 16 学时折 1 学分，算作“社区学习”（community）。",
        "第 3 条：出勤比例不少于 2/3（没有记录算不满足）。不满足时：请补足出勤，或参加下一期。",
        "第 3 条：考核合格：是（没有记录时不看）。不满足时：请参加补考。",
        "第 7 条：每个学习天最多算 8 学时。",
        "按奖项级别折学分：县级 0.5，市级 1，省级 2，国家级 3，算作“奖项”（award）。",
        "作品相同的算重复，只留折算最多的一项。只管奖项、竞赛。",
        "评审组 3 人，认证单元目录内的成果 1 人。",
    ):
        assert sentence in said


def test_the_next_draft_is_the_same_text_with_number_place_and_first_day() -> None:
    text = next_draft(shipped_text("industry_training"), version=4, region=320924000000, in_force_from=date(2026, 5, 1))
    rules = read_rule_file(text)
    assert (rules.version, rules.region, rules.in_force_from) == (4, 320924000000, date(2026, 5, 1))
    assert (rules.in_force_until, rules.is_sample) == (None, False)
    assert rules.conversions == shipped("industry_training").conversions
    assert text.count("#") == shipped_text("industry_training").count("#")


def test_two_versions_are_compared_line_by_line() -> None:
    before = [f"line {n}" for n in range(20)]
    after = [*before[:5], "other", *before[6:15], *before[16:]]
    found = [(each.kind, each.text) for each in changes(before, after)]
    assert [each for each in found if each[0] in ("gone", "new")] == [
        ("gone", "line 5"),
        ("new", "other"),
        ("gone", "line 15"),
    ]
    assert ("gap", "") in found
    assert ("kept", "line 10") not in found
    assert changes(before, before) == ()


def test_mistakes_are_marked_at_their_lines() -> None:
    text = shipped_text("community").replace("step = 0.5", "stp = 0.5")
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(text)
    lines = marked_lines(text, refusal.value.problems)
    (wrong,) = [each for each in lines if each.text == "stp = 0.5"]
    assert [each.field for each in wrong.problems] == ["rounding.stp"]
    assert text.splitlines()[wrong.number - 1] == "stp = 0.5"
    with pytest.raises(RuleFileWrong) as refusal:
        read_rule_file(text.replace('code = "community"\n', "", 1))
    first = marked_lines(text, refusal.value.problems)[0]
    assert (first.number, first.problems[0].field) == (0, "code")


@pytest.mark.parametrize("name", shipped_names())
def test_no_code_word_is_left_in_what_a_condition_asks_for(name: str) -> None:
    rules = shipped(name)
    asked = [each for conversion in rules.conversions for each in conversion.conditions if each.op.endswith("one_of")]
    for each in asked:
        assert not any(letter.isascii() and letter.isalpha() for letter in wanted_text(each)), wanted_text(each)
