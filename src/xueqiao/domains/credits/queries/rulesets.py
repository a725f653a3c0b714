"""Reads of rule sets and agreements: which apply at a place on a day, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from xueqiao.domains.credits.errors.rulesets import RuleSetUnknown
from xueqiao.domains.credits.models import Agreement, RuleSetVersion
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rulesets import shipped, shipped_names
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
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


def rule_in_force(code: str, *, on: date) -> RuleSet | None:
    """Return the version of a rule set that is in force on a day, a shipped one until the place has its own."""
    rows = list(RuleSetVersion.objects.filter(code=code))
    found = [rule_set_of(row) for row in rows if row.state == "in_force"]
    if not rows:
        found = [shipped(name) for name in shipped_names() if shipped(name).code == code]
    days = [each for each in found if each.in_force_from <= on < (each.in_force_until or date.max)]
    return days[0] if days else None


def closed_agreements(*, on: date, codes: Sequence[str]) -> frozenset[str]:
    """Return which of the agreements, by the name rules know them by, carry nothing new on a day, whoever certified it:
    suspended, over, or never signed."""
    return frozenset(codes) - {frame for frame, _ in _open_pairs(codes, on)}


def closed_agreements_of(rulesets: Sequence[RuleSet], *, on: date) -> frozenset[str]:
    """The same for all agreements that some rule sets build on. One query, none when there are none."""
    codes = agreement_names(rulesets)
    return closed_agreements(on=on, codes=codes) if codes else frozenset()


def agreements_closed_to(rulesets: Sequence[RuleSet], outcomes: Sequence[OutcomeFacts], *, on: date) -> frozenset[str]:
    """Return for each outcome the agreements its issuer has no open one of, as "name#key". One query at most.

    Only what is new is asked about: what was recognised before stays in the sum, whatever became of its agreement.
    """
    names = agreement_names(rulesets)
    if not names or not outcomes:
        return frozenset()
    pairs = _open_pairs(names, on)
    return frozenset(f"{name}#{each.key}" for name in names for each in outcomes if (name, each.issuer) not in pairs)


def agreement_names(rulesets: Sequence[RuleSet]) -> list[str]:
    """Return the agreements that the conversions of some rule sets build on."""
    return sorted({each.agreement for ruleset in rulesets for each in ruleset.conversions if each.agreement})


def _open_pairs(names: Sequence[str], on: date) -> set[tuple[str, str]]:
    """Which issuer's outcomes which agreement carries on a day. An issuer is named as in OutcomeFacts."""
    rows = Agreement.objects.filter(frame__in=names, state="active", starts_on__lte=on, ends_on__gt=on)
    return {(frame, str(giver_id)) for frame, giver_id in rows.values_list("frame", "giver_id")}
