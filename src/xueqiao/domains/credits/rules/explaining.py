"""An evaluation in sentences a resident reads. Pure."""

from __future__ import annotations

from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.evaluations import CapState, Evaluation, Judged, Tried, Use
from xueqiao.domains.credits.values.rulesets import OUTCOME_TYPES, RuleSet


def sentences_of(ruleset: RuleSet, evaluation: Evaluation) -> tuple[str, ...]:
    """Return the amount first, then each outcome, then what cut it, then what is missing."""
    uses = {use.key: use for use in evaluation.uses}
    amount = credits_text(evaluation.amount_hundredths)
    said = [f"按《{ruleset.title}》，在“{evaluation.programme.title}”可算 {amount} 学分。"]
    for each in evaluation.judged:
        said.append(_outcome(ruleset, each, uses.get(each.outcome.key), evaluation.tried.get(each.outcome.key, ())))
    said += [_cap(state) for state in evaluation.caps if state.is_full]
    if evaluation.minutes_kept:
        said.append(f"还有 {hours_text(evaluation.minutes_kept)} 学时留存，下次一起折算。")
    for state in evaluation.requirements:
        if state.missing:
            rule = f"{state.number}：" if state.number else ""
            said.append(
                f"{rule}{state.title}要 {credits_text(state.needed)} 学分，已有 {credits_text(state.counted)}，"
                f"还差 {credits_text(state.missing)}。"
            )
    if evaluation.requirements and not evaluation.missing_hundredths:
        said.append("学分要求都已满足。")
    return tuple(said)


def _outcome(ruleset: RuleSet, judged: Judged, use: Use | None, tried: tuple[Tried, ...]) -> str:
    title = f"《{judged.outcome.title}》"
    if judged.why:
        rule = f"（{judged.number}）" if judged.number else ""
        return f"{title}不计：{judged.why}{rule}。"
    if not judged.options:
        return f"{title}不计：{why_not(judged.outcome.type, tried)}"
    if use is None:
        return f"{title}没有用在这里，留给别的用途。"
    option = use.option
    conversion = ruleset.conversions[option.conversion]
    said = f"{title}按{option.number}“{conversion.title}”折 {credits_text(option.amount_hundredths)} 学分"
    if conversion.worth.by == "hours":
        said += f"（{hours_text(option.minutes)} 学时"
        if option.minutes_carried:
            said += f"，加上留存的 {hours_text(option.minutes_carried)} 学时"
        said += f"，每 {hours_text(conversion.worth.minutes_per_credit)} 学时 1 学分"
        if option.minutes_kept:
            said += f"，余 {hours_text(option.minutes_kept)} 学时"
        said += "）"
    if judged.outcome.share is not None:
        said += f"，只算还没有用掉的 {judged.outcome.share}"
    if use.counted_hundredths < option.amount_hundredths:
        rules = "、".join(use.cut_by)
        said += f"，其中 {credits_text(use.counted_hundredths)} 学分计入" + (f"（{rules}）" if rules else "")
    return said + "。"


def why_not(outcome_type: str, tried: tuple[Tried, ...]) -> str:
    """Return what is missing, for the conversion that comes nearest."""
    if not tried:
        return f"这套规则不收“{OUTCOME_TYPES.get(outcome_type, outcome_type)}”。"
    nearest = min(tried, key=lambda each: len(each.missing))
    return (
        "；".join(f"“{c.label}”应为“{c.wanted}”，现在是“{c.found}”（{c.number}），{c.cure}" for c in nearest.missing)
        + "。"
    )


def _cap(state: CapState) -> str:
    of = f"{state.of}" if state.of else ""
    if state.counts_outcomes:
        figures = f"{of}最多 {state.limit} 项，您有 {state.offered} 项，算 {state.counted} 项"
        return f"{state.number}“{state.title}”：{figures}。"
    return (
        f"{state.number}“{state.title}”：{of}最多 {credits_text(state.limit)} 学分，"
        f"您有 {credits_text(state.offered)}，算 {credits_text(state.counted)}。"
    )
