"""What one outcome is worth under one conversion, condition by condition. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.values.amounts import credits_text, exact_hours_text
from xueqiao.domains.credits.values.evaluations import Check, Option
from xueqiao.domains.credits.values.rulesets import (
    FIELDS,
    Condition,
    Conversion,
    OutcomeFacts,
    RuleSet,
    Worth,
)

CALL_OFFICE = "请向出具单位补开证明"
# What shipped rule files call things, in words; what a place writes itself is said as it wrote it.
VALUE_NAMES = {
    "school": "学校",
    "enterprise": "企业",
    "thesis": "毕业论文",
    "graduation_practice": "毕业实践",
    "it": "信息技术",
    "law": "法律",
}


def fact_of(ruleset: RuleSet, outcome: OutcomeFacts, name: str) -> Any:
    """Return a fact, a grade in words already mapped to its number; None when it was never recorded."""
    value = outcome.facts.get(name)
    if name == "grade" and isinstance(value, str):
        return dict(ruleset.grades).get(value)
    return value


def is_met(condition: Condition, value: Any) -> bool:
    """True when a fact passes. A fact that was never recorded passes only where the rule says so."""
    if value is None:
        return condition.when_set
    op = condition.op
    if op == "at_least":
        return bool(value >= condition.value)
    if op == "at_most":
        return bool(value <= condition.value)
    if op == "is":
        return bool(value == condition.value)
    return (value in condition.value) is (op == "one_of")


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def valid_until(conversion: Conversion, outcome: OutcomeFacts) -> date | None:
    """Return the last day an outcome may be converted; None: no end. The printed date wins where the rule says so."""
    if conversion.printed_validity and outcome.valid_until is not None:
        return outcome.valid_until
    if conversion.valid_years is not None:
        return years_after(outcome.ends_on, conversion.valid_years)
    return None


def minutes_of(worth: Worth, ruleset: RuleSet, outcome: OutcomeFacts) -> int | None:
    """Return the minutes that count: those verified, within every limit; None when one of the facts is missing."""
    minutes = fact_of(ruleset, outcome, "hours")
    if minutes is None:
        return None
    for limit in worth.limits:
        measure = fact_of(ruleset, outcome, limit.field)
        if measure is None:
            return None
        minutes = min(minutes, int(limit.times * measure))
    return int(minutes * worth.times) if worth.times != 1 else int(minutes)


def option_of(
    ruleset: RuleSet, place: int, outcome: OutcomeFacts, on: date, closed_agreements: frozenset[str]
) -> Option | None:
    """Return how an outcome counts under a conversion, or None. `explain` says why; this one is quick.

    closed_agreements: those that are suspended or over, which stops new conversions only; see `is_closed`.
    """
    conversion = ruleset.conversions[place]
    if conversion.agreement and is_closed(conversion.agreement, outcome, closed_agreements):
        return None
    end = valid_until(conversion, outcome)
    if end is not None and on > end:
        return None
    for condition in conversion.conditions:
        if not is_met(condition, fact_of(ruleset, outcome, condition.field)):
            return None
    return worth_of(ruleset, place, outcome)


def is_closed(agreement: str, outcome: OutcomeFacts, closed_agreements: frozenset[str]) -> bool:
    """True when an agreement carries nothing ("name"), or not this outcome ("name#key"): its issuer signed none."""
    return agreement in closed_agreements or f"{agreement}#{outcome.key}" in closed_agreements


def worth_of(ruleset: RuleSet, place: int, outcome: OutcomeFacts, carried: int = 0) -> Option | None:
    """Return the amount, rounded down to whole steps. carried: minutes kept from the outcome before.

    Of an outcome that is used in part the amount is its share of the whole, rounded down to a hundredth; minutes that
    were kept pass it by.
    """
    if outcome.share is not None:
        whole = worth_of(ruleset, place, replace(outcome, share=None))
        if whole is None:
            return None
        amount = int(whole.amount_hundredths * outcome.share)
        return replace(whole, amount_hundredths=amount, minutes_carried=0, minutes_kept=carried)
    conversion = ruleset.conversions[place]
    worth = conversion.worth
    step = conversion.step_hundredths or ruleset.rounding.step_hundredths
    minutes = kept = 0
    if worth.by == "hours":
        found = minutes_of(worth, ruleset, outcome)
        if found is None:
            return None
        minutes = found
        amount = (minutes + carried) * 100 // (worth.minutes_per_credit * step) * step
        kept = minutes + carried + (-amount * worth.minutes_per_credit // 100)  # minutes used are rounded up
    else:
        exact = _exact(worth, ruleset, outcome)
        if exact is None:
            return None
        amount = int(exact // step) * step
    if worth.at_most_hundredths is not None and amount > worth.at_most_hundredths:
        amount, kept = worth.at_most_hundredths // step * step, 0
    if ruleset.rounding.remainder != "kept":
        kept = 0
    return Option(place, conversion.number, conversion.category, amount, minutes, carried, kept)


def _exact(worth: Worth, ruleset: RuleSet, outcome: OutcomeFacts) -> Fraction | None:
    if worth.by == "fixed":
        return worth.amount_hundredths * worth.times
    value = fact_of(ruleset, outcome, worth.field if worth.by != "stated" else "credits")
    if value is None:
        return None
    if worth.by == "stated":
        return value * worth.times
    if worth.by == "each":
        return worth.amount_hundredths * value * worth.times
    amount = dict(worth.table).get(value)
    return None if amount is None else amount * worth.times


def explain(
    ruleset: RuleSet, place: int, outcome: OutcomeFacts, on: date, closed_agreements: frozenset[str]
) -> tuple[Check, ...]:
    """Return every condition of a conversion with the value found, whether met, and the cure where it is not."""
    conversion = ruleset.conversions[place]
    checks = []
    if conversion.agreement:
        is_open = not is_closed(conversion.agreement, outcome, closed_agreements)
        checks.append(
            Check(
                conversion.number,
                "互认协议",
                "有效",
                "有效" if is_open else "已暂停或到期",
                is_open,
                "" if is_open else "协议恢复前不能新办转换；已经转换的不受影响",
            )
        )
    end = valid_until(conversion, outcome)
    if end is not None:
        checks.append(
            Check(
                conversion.number,
                "有效期",
                f"到 {_day(end)}",
                _day(on),
                on <= end,
                "" if on <= end else "成果已过有效期，请复审证书或重新学习",
            )
        )
    for condition in conversion.conditions:
        value = fact_of(ruleset, outcome, condition.field)
        met = is_met(condition, value)
        checks.append(
            Check(
                condition.number,
                FIELDS[condition.field].label,
                wanted_text(condition),
                fact_text(condition.field, value),
                met,
                "" if met else condition.cure,
            )
        )
    checks += _facts_needed(ruleset, conversion, outcome)
    return tuple(checks)


def _facts_needed(ruleset: RuleSet, conversion: Conversion, outcome: OutcomeFacts) -> list[Check]:
    """The facts the worth is worked out from, where one is missing or unknown."""
    worth = conversion.worth
    needed = {"hours": ["hours", *(each.field for each in worth.limits)], "stated": ["credits"], "fixed": []}
    checks = []
    for name in needed.get(worth.by, [worth.field]):
        value = fact_of(ruleset, outcome, name)
        if value is None:
            checks.append(Check(conversion.number, FIELDS[name].label, "有记录", "没有记录", False, CALL_OFFICE))
        elif worth.by == "table" and value not in dict(worth.table):
            wanted = "、".join(key for key, _ in worth.table)
            checks.append(Check(conversion.number, FIELDS[name].label, wanted, str(value), False, CALL_OFFICE))
    return checks


def wanted_text(condition: Condition) -> str:
    """Return what a condition asks for, in words."""
    if condition.op in ("one_of", "none_of"):
        words = "、".join(VALUE_NAMES.get(each, each) for each in condition.value)
        return f"是{words}之一" if condition.op == "one_of" else f"不是{words}"
    value = fact_text(condition.field, condition.value)
    return {"at_least": f"不少于 {value}", "at_most": f"不多于 {value}", "is": value}[condition.op]


def fact_text(field: str, value: Any) -> str:
    """Return a fact in words: 2400 minutes are "40 学时", 2/3 is "2/3", True is "是"."""
    if value is None:
        return "没有记录"
    kind = FIELDS[field].kind
    if kind == "hours":
        return f"{exact_hours_text(value)} 学时"
    if kind == "credits":
        return f"{credits_text(value)} 学分"
    if kind == "flag":
        return "是" if value else "否"
    return VALUE_NAMES.get(value, str(value)) if isinstance(value, str) else str(value)


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
