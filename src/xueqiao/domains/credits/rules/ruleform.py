"""The form of a rule file: which sections and fields there are, of which kind, and what to do when one is wrong.

This table is the schema: the reader checks against it, and docs/rules/rule-form.md prints it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xueqiao.domains.credits.values.rulesets import CAP_KEYS, FIELDS, OUTCOME_TYPES


@dataclass(frozen=True)
class Entry:
    """One field of a section. kind: see KINDS. among: the only values allowed."""

    kind: str
    label: str
    is_required: bool = False
    among: tuple[str, ...] = ()


KINDS: Mapping[str, str] = {
    "text": '写成带引号的文字，例如 "第 4 条"',
    "texts": '写成方括号里的一列文字，例如 ["issuer", "year"]',
    "whole": "写成不带小数的正数，例如 16",
    "credits": "写成学分数，最多两位小数，例如 2.5",
    "hours": "写成学时数，例如 16 或 1.5",
    "ratio": '写成带引号的分数或百分数，例如 "2/3"、"40%"',
    "flag": "写成 true 或 false",
    "date": "写成日期，不加引号，例如 2026-09-01",
    "month_day": '写成带引号的月日，例如 "03-01"',
    "month_days": '写成一列月日，例如 ["03-01", "09-01"]',
    "parts": "写成方括号里的一列花括号，例如 [{ ... }]",
    "part": '写成花括号，例如 { by = "hours", hours_per_credit = 16 }',
    "any": "按所比较的项目填写",
    "table": "写成花括号里的“名称 = 数”，例如 { county = 0.5, city = 1 }",
}

_TYPES = tuple(OUTCOME_TYPES)

TOP: Mapping[str, Entry] = {
    "form": Entry("whole", "规则格式的版本，现为 1", True),
    "code": Entry("text", "规则代号，英文", True),
    "version": Entry("whole", "第几版", True),
    "title": Entry("text", "规则名称", True),
    "unit": Entry("text", "学分账户的单位", True),
    "region": Entry("whole", "适用地区的 12 位代码，国外为 0", True),
    "institution": Entry("text", "只适用于一个单位时填它的代号"),
    "in_force_from": Entry("date", "从哪天起施行", True),
    "in_force_until": Entry("date", "到哪天失效（当天起不再适用）"),
    "source": Entry("text", "出处", True),
    "confirmed": Entry("flag", "主管部门是否确认", True),
    "sample": Entry("flag", "只是样例，不会自己施行"),
}

SECTIONS: Mapping[str, Mapping[str, Entry]] = {
    "programme": {
        "code": Entry("text", "学习项目代号", True),
        "title": Entry("text", "学习项目名称", True),
        "required": Entry("credits", "毕（结）业所需学分；只积累不毕业的不填"),
    },
    "conversion": {
        "number": Entry("text", "条款号", True),
        "title": Entry("text", "条款名称", True),
        "from": Entry("texts", "成果类型", True, _TYPES),
        "category": Entry("text", "算作哪一类学分", True),
        "worth": Entry("part", "折算方法", True),
        "conditions": Entry("parts", "条件"),
        "programmes": Entry("texts", "只用于哪些学习项目"),
        "valid_years": Entry("whole", "几年内有效"),
        "printed_validity": Entry("flag", "证书写明有效期的以证书为准"),
        "step": Entry("credits", "本条的取整单位"),
        "agreement": Entry("text", "依据的互认协议代号"),
    },
    "cap": {
        "number": Entry("text", "条款号", True),
        "title": Entry("text", "条款名称", True),
        "per": Entry("texts", "按什么分别计算", among=tuple(CAP_KEYS)),
        "credits": Entry("credits", "最多多少学分"),
        "share": Entry("ratio", "最多占所需学分的几成"),
        "outcomes": Entry("whole", "最多几项成果"),
        "from": Entry("texts", "只限这些成果类型", among=_TYPES),
        "categories": Entry("texts", "只限这些类别"),
        "programmes": Entry("texts", "只用于哪些学习项目"),
    },
    "duplicate": {
        "number": Entry("text", "条款号", True),
        "same": Entry("texts", "怎样算重复", True, ("title", "unit", "work")),
        "keep": Entry("text", "保留哪一项", True, ("best", "first", "choose")),
        "from": Entry("texts", "只限这些成果类型", among=_TYPES),
    },
    "requirement": {
        "number": Entry("text", "条款号", True),
        "title": Entry("text", "条款名称", True),
        "at_least": Entry("credits", "至少多少学分", True),
        "categories": Entry("texts", "哪些类别的学分"),
        "from": Entry("texts", "哪些成果类型的学分", among=_TYPES),
        "programmes": Entry("texts", "只用于哪些学习项目"),
    },
}

TABLES: Mapping[str, Mapping[str, Entry]] = {
    "rounding": {
        "number": Entry("text", "条款号", True),
        "step": Entry("credits", "取整单位", True),
        "remainder": Entry("text", "余下的学时", True, ("kept", "lost")),
    },
    "calendar": {
        "number": Entry("text", "条款号", True),
        "year_starts": Entry("month_day", "学年从哪天起", True),
        "terms": Entry("month_days", "各学期从哪天起", True),
        "last_term_until": Entry("month_days", "申请毕业的学期里，课程算到哪天"),
    },
    "review": {
        "number": Entry("text", "条款号", True),
        "accept_working_days": Entry("whole", "几个工作日内受理", True),
        "decide_working_days": Entry("whole", "几个工作日内决定", True),
        "appeal_working_days": Entry("whole", "决定后几个工作日内可以申诉", True),
        "reviewers": Entry("whole", "评审组人数", True),
        "catalogue_reviewers": Entry("whole", "目录内成果的评审人数", True),
    },
}

FREE_TABLES: Mapping[str, str] = {"grades": "等第对应的分数", "categories": "学分类别的名称"}

CONDITION: Mapping[str, Entry] = {
    "number": Entry("text", "条款号", True),
    "field": Entry("text", "看哪一项", True, tuple(FIELDS)),
    "at_least": Entry("any", "不少于"),
    "at_most": Entry("any", "不多于"),
    "is": Entry("any", "是"),
    "one_of": Entry("texts", "是其中之一"),
    "none_of": Entry("texts", "不是其中任何一个"),
    "when_set": Entry("flag", "没有记录时不看这一条"),
    "cure": Entry("text", "不满足时怎么办", True),
}
OPS = ("at_least", "at_most", "is", "one_of", "none_of")

WORTH: Mapping[str, Entry] = {
    "by": Entry("text", "折算方法", True, ("hours", "stated", "fixed", "each", "table")),
    "hours_per_credit": Entry("hours", "几学时 1 学分"),
    "credits": Entry("credits", "固定学分，或每一个单位的学分"),
    "field": Entry("text", "按哪一项折算", among=tuple(FIELDS)),
    "table": Entry("table", "各级的学分"),
    "times": Entry("ratio", "乘以几成"),
    "at_most": Entry("credits", "最多折算多少学分"),
    "limits": Entry("parts", "学时的上限"),
}
NEEDS: Mapping[str, tuple[str, ...]] = {
    "hours": ("hours_per_credit",),
    "stated": (),
    "fixed": ("credits",),
    "each": ("field", "credits"),
    "table": ("field", "table"),
}

LIMIT: Mapping[str, Entry] = {
    "number": Entry("text", "条款号", True),
    "field": Entry("text", "和哪一项比", True, ("nominal_hours", "days")),
    "times": Entry("hours", "每一单位最多几学时", True),
}
