"""Which outcomes are the same learning, and which of them counts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from xueqiao.domains.credits.values.evaluations import Judged, Settled
from xueqiao.domains.credits.values.rulesets import Duplicate, OutcomeFacts, RuleSet

_LEVEL_MARKS = re.compile(r"(初级|中级|高级|[一二三四五六七八九十]级|\d级|[ivx]+|\d+|[上中下])$")


@lru_cache(maxsize=4096)
def plain_title(title: str) -> str:
    """Return a title without spaces, punctuation and level marks, for finding duplicates."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", title).casefold() if c.isalnum())
    while (shorter := _LEVEL_MARKS.sub("", plain)) and shorter != plain:
        plain = shorter
    return plain


def signs_of(rule: Duplicate, outcome: OutcomeFacts) -> list[str]:
    """What makes an outcome the same as another under a rule; none when the rule does not look at it."""
    if rule.types and outcome.type not in rule.types:
        return []
    signs = []
    if "title" in rule.same:
        signs.append(f"title:{plain_title(outcome.title)}")
    for name in ("unit", "work"):
        if name in rule.same and outcome.facts.get(name):
            signs.append(f"{name}:{outcome.facts[name]}")
    return signs


def without_duplicates(rule: Duplicate, found: list[Judged]) -> list[Judged]:
    """Keep one of each set of duplicates: the best or the first. Only what can count competes."""
    order = list(range(len(found)))
    if rule.keep == "best":
        order.sort(key=lambda n: -max((option.amount_hundredths for option in found[n].options), default=0))
    taken: dict[str, str] = {}
    result = list(found)
    for n in order:
        each = found[n]
        if not each.options:
            continue
        signs = signs_of(rule, each.outcome)
        first = next((taken[sign] for sign in signs if sign in taken), None)
        if first is not None:
            result[n] = replace(
                each, options=(), why="和另一项成果是同一学习内容", number=rule.number, duplicate_of=first
            )
            continue
        taken.update(dict.fromkeys(signs, each.outcome.key))
    return result


def without_settled(ruleset: RuleSet, judged: tuple[Judged, ...], settled: Sequence[Settled]) -> tuple[Judged, ...]:
    """Take out what counts already, and what is the same learning by any of the rules on duplicates."""
    if not settled:
        return judged
    there = {each.outcome.key for each in settled}
    judged = tuple(each for each in judged if each.outcome.key not in there)
    rules = ruleset.duplicates
    taken = {(rule.number, sign) for rule in rules for each in settled for sign in signs_of(rule, each.outcome)}
    found = []
    for each in judged:
        signs = ((rule.number, sign) for rule in rules for sign in signs_of(rule, each.outcome))
        number = next((sign[0] for sign in signs if sign in taken), None)
        if number is not None and each.options:
            each = replace(each, options=(), why="同一学习内容已经转换过", number=number)  # noqa: PLW2901 - taken out
        found.append(each)
    return tuple(found)
