"""Reads of rule sets and agreements: which apply at a place on a day, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from xueqiao.domains.credits.errors.rulesets import RuleSetUnknown
from xueqiao.domains.credits.models import Agreement, RuleSetVersion
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rulesets import shipped, shipped_names
from xueqiao.domains.credits.values.rulesets import RuleSet
from xueqiao.domains.credits.values.ruleversions import RuleVersionView
from xueqiao.foundation.region_code import RegionCode


@lru_cache(maxsize=256)
def _read(sha256: str, text: str) -> RuleSet:
    return read_rule_file(text)


def rule_set_of(row: RuleSetVersion) -> RuleSet:
    """Return the rule set a version says; read once in a process's life."""
    return _read(row.sha256, row.text)


def rule_version_view(row: RuleSetVersion) -> RuleVersionView:
    """Turn a row into what crosses the door."""
    return RuleVersionView(
        code=row.code,
        version=row.version,
        title=row.title,
        region=row.region,
        state=row.state,
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
        text=row.text,
        sha256=row.sha256,
        drafted_by_id=row.drafted_by_id,
        moved_at=row.moved_at,
    )


def rule_versions(*, code: str = "") -> tuple[RuleVersionView, ...]:
    """Return the versions of one rule set, or of all, the newest first. Rules are public."""
    rows = RuleSetVersion.objects.order_by("code", "-version")
    return tuple(rule_version_view(row) for row in (rows.filter(code=code) if code else rows))


def get_rule_version(*, code: str, version: int) -> RuleVersionView:
    """Return one version. Raises RuleSetUnknown."""
    row = RuleSetVersion.objects.filter(code=code, version=version).first()
    if row is None:
        raise RuleSetUnknown
    return rule_version_view(row)


def rule_sets_in_reach(*, region: int, on: date) -> tuple[RuleSet, ...]:
    """Return the rule sets in force at a place on a day, by code. What is shipped applies until a place has its own."""
    lineage = {int(code) for code in RegionCode(region).lineage}
    rows = list(RuleSetVersion.objects.order_by("code", "version"))
    known = {row.code for row in rows}
    found = {row.code: rule_set_of(row) for row in rows if row.state == "in_force"}
    for name in shipped_names():
        if shipped(name).code not in known:
            found[shipped(name).code] = shipped(name)
    return tuple(
        each
        for _, each in sorted(found.items())
        if each.region in lineage
        and each.in_force_from <= on
        and (each.in_force_until is None or on < each.in_force_until)
    )


def closed_agreements(*, on: date, codes: Sequence[str]) -> frozenset[str]:
    """Return which of the agreements do not carry new conversions on a day: suspended, over, or never signed."""
    open_ones = Agreement.objects.filter(code__in=codes, state="active", starts_on__lte=on, ends_on__gt=on).values_list(
        "code", flat=True
    )
    return frozenset(codes) - frozenset(open_ones)


def closed_agreements_of(rulesets: Sequence[RuleSet], *, on: date) -> frozenset[str]:
    """The same for all agreements that some rule sets build on. One query, none when there are none."""
    codes = sorted({each.agreement for ruleset in rulesets for each in ruleset.conversions if each.agreement})
    return closed_agreements(on=on, codes=codes) if codes else frozenset()
