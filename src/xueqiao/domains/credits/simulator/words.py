"""The simulator's answers in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.evaluations import Judged
from xueqiao.domains.credits.values.rulesets import Conversion, Programme, RuleSet
from xueqiao.domains.credits.values.simulations import Simulated, Way


def simulated_sentences(ruleset: RuleSet, judged: Sequence[Judged], answer: Simulated) -> Simulated:
    """Return the answer with its sentences: what it is worth, what is left out, what is missing, how sure that is."""
    programme = answer.programme
    amount = credits_text(answer.amount_hundredths)
    said = [f"在“{programme.title}”最多能用上 {amount} 学分，用到 {len(answer.plan)} 项成果。"]
    if answer.already_hundredths:
        free = credits_text(answer.amount_hundredths - answer.already_hundredths)
        begun = f"在“{programme.title}”已经转换 {credits_text(answer.already_hundredths)} 学分"
        said = [f"{begun}；没有用掉的成果里，还能用上 {free} 学分，用到 {len(answer.plan)} 项。"]
    idle = sum(1 for each in judged if each.options and each.outcome.key not in answer.plan)
    unfit = sum(1 for each in judged if not each.options)
    if idle:
        said.append(f"{idle} 项合格的成果因为上限或重复没有用上，可以留给别的项目。")
    if unfit:
        said.append(f"{unfit} 项成果这套规则不收，或还缺材料。")
    if programme.required_hundredths:
        if answer.missing_hundredths:
            said.append(
                f"毕（结）业要 {credits_text(programme.required_hundredths)} 学分，"
                f"至少还差 {credits_text(answer.missing_hundredths)} 学分，{shortest_words(ruleset, programme, answer)}"
            )
        elif answer.plan:
            said.append("学分已经够了，可以申请转换。")
        else:
            said.append("学分已经够了。")
    if answer.is_proven:
        said.append("这是规则允许的最好用法，已经核实没有更好的。")
    else:
        said.append(f"时间内找到的用法，最好也不会超过 {credits_text(answer.bound_amount)} 学分。")
    return replace(answer, sentences=tuple(said))


def shortest_words(ruleset: RuleSet, programme: Programme, answer: Simulated) -> str:
    """Return what the missing credits are in hours, by the conversion that asks for the fewest."""
    best = _by_hours(ruleset, programme)
    if best is None:
        return "要靠学分课程或证书补上。"
    minutes = _minutes_for(best, answer.missing_hundredths)
    return f"按{best.number}“{best.title}”约合 {hours_text(minutes)} 学时（上限另计）。"


def _by_hours(ruleset: RuleSet, programme: Programme) -> Conversion | None:
    """The conversion of hours that asks for the fewest a credit."""
    ways = [
        each
        for each in ruleset.conversions
        if each.worth.by == "hours" and (not each.programmes or programme.code in each.programmes)
    ]
    return min(ways, key=lambda each: each.worth.minutes_per_credit, default=None)


def _minutes_for(conversion: Conversion, hundredths: int) -> int:
    return -(-hundredths * conversion.worth.minutes_per_credit // 100)


def way_sentences(
    ruleset: RuleSet, programme: Programme, missing_before: int, way: Way, offers_max: int | None = None
) -> Way:
    """Return the way with its sentences: what is missing, the classes to take, and what is missing after them."""
    if missing_before == 0:
        return replace(way, sentences=(f"“{programme.title}”的学分已经够了，不用再学。",))
    if not way.offers:
        return replace(way, sentences=(f"眼下报得上的班补不上“{programme.title}”还差的学分。",))
    best = _by_hours(ruleset, programme)
    missing = f"还差 {credits_text(missing_before)} 学分"
    if best is not None:
        missing += f"，约合 {hours_text(_minutes_for(best, missing_before))} 学时"
    titles = "、".join(f"《{offer.outcome.title}》" for offer in way.offers)
    said = [f"{missing}：可以先学 {len(way.offers)} 个班、{hours_text(way.minutes)} 学时，{titles}。"]
    if not way.missing_hundredths:
        said.append(f"学完并通过，“{programme.title}”的学分就够了。")
    elif offers_max is not None and len(way.offers) >= offers_max:
        said.append(f"学完还差 {credits_text(way.missing_hundredths)} 学分，下一期再接着学。")
    else:
        said.append(f"学完还差 {credits_text(way.missing_hundredths)} 学分，眼下没有别的能补上的班。")
    if way.is_proven:
        said.append("这是用时最少的一种。" if not way.missing_hundredths else "这几个班补得最多，用时最少。")
    return replace(way, sentences=tuple(said))
