"""A rule file in sentences an officer reads, section by section, each beside its own lines of the file. Pure.

Nothing of a file is left unsaid: `tests/domains/credits/test_rule_words.py` changes every value there is and looks
whether a sentence changes with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from xueqiao.domains.credits.rules.rulelines import lines_of
from xueqiao.domains.credits.rules.worth import wanted_text
from xueqiao.domains.credits.values.amounts import credits_text, exact_hours_text
from xueqiao.domains.credits.values.rulesets import (
    CAP_KEYS,
    FIELDS,
    OUTCOME_TYPES,
    Cap,
    Condition,
    Conversion,
    Duplicate,
    Limit,
    Requirement,
    RuleSet,
    Worth,
)
from xueqiao.domains.credits.values.ruleversions import Clause

_LEVELS: Mapping[str, str] = {"county": "县级", "city": "市级", "province": "省级", "nation": "国家级"}
_SAME: Mapping[str, str] = {"title": "名称相同", "unit": "认证单元相同", "work": "作品相同"}
_KEEP: Mapping[str, str] = {"best": "只留折算最多的一项", "first": "只留最早的一项", "choose": "只算一项，由学员挑"}


def clauses_of(rules: RuleSet, text: str, *, place: str = "") -> tuple[Clause, ...]:
    """Return the sections of a file in its order, with their sentences, then what it leaves to the defaults.

    text: the file the rules were read from. place: the name of its region; without one its code is shown.
    """
    lines = text.splitlines()
    starts = sorted(
        (line, section, number) for ((section, number), field), line in lines_of(text).items() if not field and section
    )
    begins = [_with_comment(lines, line) for line, _, _ in starts]
    ends = [*(line - 1 for line in begins[1:]), len(lines)]
    head_end = begins[0] - 1 if begins else len(lines)
    found = [_clause(rules.title, _head(rules, place), lines, 1, head_end)]
    for (_, section, number), begin, end in zip(starts, begins, ends, strict=True):
        heading, sentences = _section(rules, section, number)
        found.append(_clause(heading, sentences, lines, begin, end))
    written = {section for _, section, _ in starts}
    for section in ("rounding", "calendar", "review", "grades"):
        if section not in written:
            heading, sentences = _section(rules, section, 0)
            found.append(Clause(heading, ("文件里没有写，按默认：", *sentences), 0, ""))
    return tuple(found)


def sentences_of_rules(rules: RuleSet, text: str, *, place: str = "") -> tuple[str, ...]:
    """Return all headings and sentences one below the other, for comparing two versions."""
    return tuple(
        each for clause in clauses_of(rules, text, place=place) for each in (f"【{clause.heading}】", *clause.sentences)
    )


def _with_comment(lines: Sequence[str], line: int) -> int:
    """The line where a section begins, the comment above it included."""
    while line > 1 and lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line


def _clause(heading: str, sentences: Sequence[str], lines: Sequence[str], begin: int, end: int) -> Clause:
    part = lines[begin - 1 : end]
    return Clause(heading, tuple(sentences), begin, "\n".join(part).rstrip())


def _section(rules: RuleSet, section: str, number: int) -> tuple[str, list[str]]:
    if section == "programme":
        each = rules.programmes[number]
        needed = f"要 {credits_text(each.required_hundredths)} 学分" if each.required_hundredths else "只积累，不结业"
        return f"学习项目：{each.title}", [f"代号 {each.code}，{needed}。"]
    if section == "conversion":
        return _conversion(rules, rules.conversions[number])
    if section == "cap":
        return _cap(rules, rules.caps[number])
    if section == "duplicate":
        return _duplicate(rules.duplicates[number])
    if section == "requirement":
        return _requirement(rules, rules.requirements[number])
    return _table(rules, section)


def _table(rules: RuleSet, section: str) -> tuple[str, list[str]]:
    if section == "rounding":
        rounding = rules.rounding
        kept = "余下的学时留存，和下一项一起折算" if rounding.remainder == "kept" else "余下的不留"
        step = credits_text(rounding.step_hundredths)
        return _titled(rounding.number, "取整"), [f"向下取整到 {step} 学分，{kept}。"]
    if section == "calendar":
        calendar = rules.calendar
        terms = "、".join(_month_day(each) for each in calendar.terms)
        said = [f"学年从 {_month_day(calendar.year_starts)}起，学期从 {terms}起。"]
        if calendar.last_term_until:
            until = "、".join(_month_day(each) for each in calendar.last_term_until)
            said.append(f"申请毕业的那个学期，课程依次只算到 {until}。")
        return _titled(calendar.number, "学年和学期"), said
    if section == "review":
        review = rules.review
        return _titled(review.number, "谁来定、几天定"), [
            f"{review.accept_working_days} 个工作日内受理，受理后 {review.decide_working_days} 个工作日内决定。",
            f"决定后 {review.appeal_working_days} 个工作日内可以申诉一次。",
            f"评审组 {review.reviewers} 人，认证单元目录内的成果 {review.catalogue_reviewers} 人。",
        ]
    if section == "grades":
        said = ["，".join(f"“{word}”算 {number} 分" for word, number in rules.grades) + "。"] if rules.grades else []
        return "等第怎么算成分数", said or ["成绩只看分数，不认等第。"]
    named = "，".join(f"{code} 叫“{name}”" for code, name in rules.categories)
    return "学分类别", [f"{named}。" if named else "类别没有另外起名。"]


def _head(rules: RuleSet, place: str) -> list[str]:
    where = f"{place}（{rules.region}）" if place else (str(rules.region) if rules.region else "国外，本地不适用")
    until = f"，到 {_day(rules.in_force_until)}失效" if rules.in_force_until else "，没有写失效日"
    said = [
        f"代号 {rules.code}，第 {rules.version} 版。",
        f"适用地区：{where}。" + (f"只用于 {rules.institution} 一个单位。" if rules.institution else ""),
        f"从 {_day(rules.in_force_from)}起施行{until}。",
        f"认定的学分记在账户单位 {rules.unit}。",
        f"出处：{rules.source}。",
        "主管部门已经确认。" if rules.is_confirmed else "主管部门还没有确认。",
    ]
    return [*said, "这是样例，不会自己施行。"] if rules.is_sample else said


def _conversion(rules: RuleSet, each: Conversion) -> tuple[str, list[str]]:
    said = [
        f"收：{_types(each.types)}。" + _only_for(rules, each.programmes),
        f"{_worth(each.worth)}，算作“{rules.category_name(each.category)}”（{each.category}）。",
    ]
    said += [_limit(limit) for limit in each.worth.limits]
    if each.step_hundredths is not None:
        said.append(f"本条向下取整到 {credits_text(each.step_hundredths)} 学分。")
    said += [_condition(condition) for condition in each.conditions]
    valid = f"取得后 {each.valid_years} 年内有效" if each.valid_years is not None else "长期有效"
    said.append(f"{valid}；证书写明有效期的以证书为准。" if each.printed_validity else f"{valid}。")
    if each.agreement:
        said.append(f"依据互认协议 {each.agreement}：协议暂停或到期时不能新办，已经转换的不受影响。")
    return _titled(each.number, each.title), said


def _worth(worth: Worth) -> str:
    if worth.by == "hours":
        said = f"每 {exact_hours_text(worth.minutes_per_credit)} 学时折 1 学分"
    elif worth.by == "stated":
        said = "按证书上写的学分算"
    elif worth.by == "fixed":
        said = f"每项 {credits_text(worth.amount_hundredths)} 学分"
    elif worth.by == "each":
        said = f"{FIELDS[worth.field].label}每 1 个折 {credits_text(worth.amount_hundredths)} 学分"
    else:
        rows = "，".join(f"{_LEVELS.get(key, key)} {credits_text(amount)}" for key, amount in worth.table)
        said = f"按{FIELDS[worth.field].label}折学分：{rows}"
    if worth.times != 1:
        said += f"，再乘以 {worth.times}"
    if worth.at_most_hundredths is not None:
        said += f"，一项最多 {credits_text(worth.at_most_hundredths)} 学分"
    return said


def _limit(limit: Limit) -> str:
    if limit.field == "days":
        return f"{limit.number}：每个学习天最多算 {exact_hours_text(int(limit.times))} 学时。"
    return f"{limit.number}：最多算到{FIELDS[limit.field].label}的 {limit.times} 倍。"


def _condition(condition: Condition) -> str:
    absent = "（没有记录时不看）" if condition.when_set else "（没有记录算不满足）"
    label = FIELDS[condition.field].label
    wanted = wanted_text(condition)
    verb = "：" if condition.op == "is" else ""
    return f"{condition.number}：{label}{verb}{wanted}{absent}。不满足时：{condition.cure}。"


def _cap(rules: RuleSet, cap: Cap) -> tuple[str, list[str]]:
    per = f"按{'、'.join(CAP_KEYS[key] for key in cap.per)}分别算，" if cap.per else ""
    if cap.outcomes is not None:
        most = f"最多算 {cap.outcomes} 项成果"
    elif cap.share is not None:
        most = f"最多占所需学分的 {cap.share}"
    else:
        most = f"最多算 {credits_text(cap.credits_hundredths or 0)} 学分"
    scope = [f"只管{_types(cap.types)}"] if cap.types else []
    if cap.categories:
        scope.append(f"只管类别{_categories(rules, cap.categories)}")
    said = f"{per}{most}。" + "".join(f"{each}。" for each in scope)
    return _titled(cap.number, f"上限：{cap.title}"), [said + _only_for(rules, cap.programmes)]


def _duplicate(each: Duplicate) -> tuple[str, list[str]]:
    same = "或".join(_SAME[name] for name in each.same)
    scope = f"只管{_types(each.types)}。" if each.types else ""
    return _titled(each.number, "重复的成果"), [f"{same}的算重复，{_KEEP[each.keep]}。{scope}"]


def _requirement(rules: RuleSet, each: Requirement) -> tuple[str, list[str]]:
    of = [f"类别{_categories(rules, each.categories)}"] if each.categories else []
    if each.types:
        of.append(_types(each.types))
    among = f"，只数{'、'.join(of)}" if of else ""
    said = f"至少要有 {credits_text(each.at_least_hundredths)} 学分{among}。"
    return _titled(each.number, f"要求：{each.title}"), [said + _only_for(rules, each.programmes)]


def _types(types: Sequence[str]) -> str:
    return "、".join(OUTCOME_TYPES.get(each, each) for each in types)


def _categories(rules: RuleSet, codes: Sequence[str]) -> str:
    return "、".join(f"“{rules.category_name(code)}”（{code}）" for code in codes)


def _only_for(rules: RuleSet, codes: Sequence[str]) -> str:
    titles = {each.code: each.title for each in rules.programmes}
    return f"只用于学习项目{'、'.join(f'“{titles.get(code, code)}”（{code}）' for code in codes)}。" if codes else ""


def _titled(number: str, title: str) -> str:
    return f"{number} {title}".strip()


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _month_day(each: tuple[int, int]) -> str:
    return f"{each[0]} 月 {each[1]} 日"
