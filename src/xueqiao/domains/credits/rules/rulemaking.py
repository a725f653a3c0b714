"""From checked fields to a RuleSet, and what a file may not say although each field is well written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.values.rulesets import (
    Calendar,
    Cap,
    Condition,
    Conversion,
    Duplicate,
    Limit,
    Programme,
    Requirement,
    ReviewTerms,
    Rounding,
    RuleSet,
    Worth,
)

_UNIT = re.compile(r"CREDIT\.[a-z]{2,20}")  # never money, points or volunteer hours
Senseless = tuple[str, int, str, str, str]  # section, its number, field, what is wrong, the cure


def ruleset_from(rows: Mapping[str, Any], *, sha256: str) -> RuleSet:
    """Return the rule set of rows that passed the form."""
    top = rows[""]
    calendar, review, rounding = rows.get("calendar"), rows.get("review"), rows.get("rounding")
    return RuleSet(
        code=top["code"],
        version=top["version"],
        title=top["title"],
        unit=top["unit"],
        region=top["region"],
        in_force_from=top["in_force_from"],
        in_force_until=top.get("in_force_until"),
        institution=top.get("institution", ""),
        source=top["source"],
        is_confirmed=top["confirmed"],
        is_sample=top.get("sample", False),
        sha256=sha256,
        programmes=tuple(Programme(r["code"], r["title"], r.get("required", 0)) for r in rows["programme"]),
        conversions=tuple(_conversion(row) for row in rows["conversion"]),
        caps=tuple(_cap(row) for row in rows["cap"]),
        duplicates=tuple(Duplicate(r["number"], r["same"], r["keep"], r.get("from", ())) for r in rows["duplicate"]),
        requirements=tuple(
            Requirement(
                r["number"],
                r["title"],
                r["at_least"],
                r.get("categories", ()),
                r.get("from", ()),
                r.get("programmes", ()),
            )
            for r in rows["requirement"]
        ),
        grades=tuple(rows["grades"].items()),
        categories=tuple(rows["categories"].items()),
        calendar=Calendar(
            calendar["year_starts"], calendar["terms"], calendar.get("last_term_until", ()), calendar["number"]
        )
        if calendar
        else Calendar(),
        rounding=Rounding(rounding["number"], rounding["step"], rounding["remainder"]) if rounding else Rounding(),
        review=ReviewTerms(**review) if review else ReviewTerms(),
    )


def _conversion(row: Mapping[str, Any]) -> Conversion:
    worth = row["worth"]
    return Conversion(
        number=row["number"],
        title=row["title"],
        types=row["from"],
        category=row["category"],
        worth=Worth(
            by=worth["by"],
            minutes_per_credit=worth.get("hours_per_credit", 0),
            amount_hundredths=worth.get("credits", 0),
            field=worth.get("field", ""),
            table=worth.get("table", ()),
            times=worth.get("times", Fraction(1)),
            at_most_hundredths=worth.get("at_most"),
            limits=tuple(
                Limit(each["number"], each["field"], Fraction(each["times"]) / (60 if each["field"] != "days" else 1))
                for each in worth.get("limits", ())
            ),
        ),
        conditions=tuple(_condition(each) for each in row.get("conditions", ())),
        programmes=row.get("programmes", ()),
        valid_years=row.get("valid_years"),
        printed_validity=row.get("printed_validity", False),
        step_hundredths=row.get("step"),
        agreement=row.get("agreement", ""),
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    op = next(op for op in ("at_least", "at_most", "is", "one_of", "none_of") if op in row)
    return Condition(row["number"], row["field"], op, row[op], row["cure"], row.get("when_set", False))


def _cap(row: Mapping[str, Any]) -> Cap:
    return Cap(
        number=row["number"],
        title=row["title"],
        per=row.get("per", ()),
        credits_hundredths=row.get("credits"),
        share=row.get("share"),
        outcomes=row.get("outcomes"),
        types=row.get("from", ()),
        categories=row.get("categories", ()),
        programmes=row.get("programmes", ()),
    )


def require_sense(ruleset: RuleSet) -> list[Senseless]:
    """Return what contradicts itself: unknown programmes, a cap without a number, dates the wrong way round."""
    return [*_whole(ruleset), *_conversions(ruleset), *_caps(ruleset), *_names(ruleset)]


def _whole(ruleset: RuleSet) -> Iterator[Senseless]:
    if ruleset.in_force_until is not None and ruleset.in_force_until <= ruleset.in_force_from:
        yield "", 0, "in_force_until", "失效日不晚于施行日", "请改成更晚的日期，或删去这一行"
    if not _UNIT.fullmatch(ruleset.unit):
        yield (
            "",
            0,
            "unit",
            f"“{ruleset.unit[:20]}”不是学分的单位",
            '请写 "CREDIT." 加小写英文，例如 "CREDIT.community"',
        )
    if not ruleset.programmes:
        yield "programme", 0, "code", "没有学习项目", "请至少写一段 [[programme]]"
    if not ruleset.conversions:
        yield "conversion", 0, "from", "没有折算条款", "请至少写一段 [[conversion]]"
    codes = [each.code for each in ruleset.programmes]
    for n, code in enumerate(codes):
        if code in codes[:n]:
            yield "programme", n, "code", f"学习项目“{code}”写了两次", "请删去一段或换一个代号"
    if not 0 < ruleset.rounding.step_hundredths <= 1000:
        yield "rounding", 0, "step", "取整单位不能是 0", "请写 0.01 到 10 之间的学分数，例如 0.5"
    if ruleset.rounding.remainder == "kept" and any(each.keep == "choose" for each in ruleset.duplicates):
        yield "rounding", 0, "remainder", "学时留存时，重复成果不能由学员挑选", '请把 [[duplicate]] 的 keep 改成 "best"'
    terms = ruleset.calendar.terms
    if not terms or list(terms) != sorted(set(terms)):
        yield "calendar", 0, "terms", "学期没有按先后写，或写了两次", '请从早到晚写，例如 ["03-01", "09-01"]'
    if ruleset.calendar.last_term_until and len(ruleset.calendar.last_term_until) != len(terms):
        yield "calendar", 0, "last_term_until", "和学期的数目不一样", "每个学期写一个日期，次序相同"


def _conversions(ruleset: RuleSet) -> Iterator[Senseless]:
    for n, each in enumerate(ruleset.conversions):
        if each.worth.by == "hours" and each.worth.minutes_per_credit == 0:
            yield "conversion", n, "worth", "每学分的学时不能是 0", "请写 hours_per_credit = 16 这样的数"
        if each.step_hundredths == 0:
            yield "conversion", n, "step", "取整单位不能是 0", "请写 0.5 这样的数，或删去这一行"
        if each.valid_years == 0:
            yield "conversion", n, "valid_years", "有效期不能是 0 年", "请写几年，长期有效就删去这一行"


def _caps(ruleset: RuleSet) -> Iterator[Senseless]:
    for n, each in enumerate(ruleset.caps):
        written = [each.credits_hundredths, each.share, each.outcomes]
        if sum(value is not None for value in written) != 1:
            yield "cap", n, "number", "上限要写一个数，也只能写一个", "请在 credits、share、outcomes 里留一项"
        if each.share is not None and each.share > 1:
            yield "cap", n, "share", "占比超过了 100%", '请写 "40%" 这样的数'
        if each.share is not None:
            for programme in ruleset.programmes:
                if not programme.required_hundredths and (not each.programmes or programme.code in each.programmes):
                    yield (
                        "cap",
                        n,
                        "share",
                        f"“{programme.code}”没有写所需学分，算不出占比",
                        ("请给这个学习项目写 required，或在 programmes 里只列写了的"),
                    )


def _names(ruleset: RuleSet) -> Iterator[Senseless]:
    """Programmes and categories that are mentioned must exist; the rule numbers of caps must differ."""
    codes = {each.code for each in ruleset.programmes}
    categories = {each.category for each in ruleset.conversions}
    sections: tuple[tuple[str, Sequence[Conversion | Cap | Requirement]], ...] = (
        ("conversion", ruleset.conversions),
        ("cap", ruleset.caps),
        ("requirement", ruleset.requirements),
    )
    for section, rows in sections:
        for n, row in enumerate(rows):
            for code in row.programmes:
                if code not in codes:
                    yield section, n, "programmes", f"没有学习项目“{code}”", f"现有：{'、'.join(sorted(codes))}"
            for category in getattr(row, "categories", ()):
                if category not in categories:
                    yield (
                        section,
                        n,
                        "categories",
                        f"没有条款折算成“{category}”",
                        (f"现有：{'、'.join(sorted(categories))}"),
                    )
