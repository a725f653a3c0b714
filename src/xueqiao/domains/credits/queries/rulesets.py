"""Reads of rule sets and agreements: which apply at a place on a day, in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from xueqiao.domains.credits.errors.rulesets import RuleSetUnknown
from xueqiao.domains.credits.models import Agreement, RuleSetVersion
from xueqiao.domains.credits.rules.choosing import is_on, nearest
from xueqiao.domains.credits.rules.ruledays import is_in_force, state_on
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rules.rulewords import clauses_of
from xueqiao.domains.credits.rulesets import shipped, shipped_names, shipped_text
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.domains.credits.values.ruleversions import STEPS, Clause, RuleStep, RuleVersionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.regions.api import names_of


@lru_cache(maxsize=256)
def _read(sha256: str, text: str) -> RuleSet:
    return read_rule_file(text)


def rule_set_of(row: RuleSetVersion) -> RuleSet:
    """Return the rule set a version says; read once in a process's life."""
    return _read(row.sha256, row.text)


def rule_version_view(row: RuleSetVersion, *, on: date) -> RuleVersionView:
    """Turn a row into what crosses the door, in the state it has on a day."""
    return RuleVersionView(
        code=row.code,
        version=row.version,
        title=row.title,
        region=row.region,
        institution=row.institution,
        state=state_on(row.state, row.starts_on, row.ends_on, on),
        starts_on=row.starts_on or row.in_force_from,
        ends_on=row.ends_on if row.starts_on else row.in_force_until,
        text=row.text,
        sha256=row.sha256,
        drafted_by_id=row.drafted_by_id,
        moved_at=row.moved_at,
        reviewed_by_id=row.reviewed_by_id,
        filed_by_id=row.filed_by_id,
    )


def _shipped_view(rules: RuleSet, text: str, on: date) -> RuleVersionView:
    """A shipped rule set that nothing was decided under yet, as its row will be."""
    return RuleVersionView(
        code=rules.code,
        version=rules.version,
        title=rules.title,
        region=rules.region,
        institution=rules.institution,
        state="draft" if rules.is_sample else state_on("filed", rules.in_force_from, rules.in_force_until, on),
        starts_on=rules.in_force_from,
        ends_on=rules.in_force_until,
        text=text,
        sha256=rules.sha256,
        drafted_by_id=None,
        moved_at=None,
    )


def shipped_unknown(rows: Iterable[RuleSetVersion]) -> tuple[tuple[RuleSet, str], ...]:
    """Return the shipped rule sets, with their text, that no row stands for: neither the version nor its place."""
    known: set[tuple[object, ...]] = set()
    for row in rows:
        known |= {(row.code, row.version), (row.code, row.region, row.institution)}
    found = ((shipped(name), shipped_text(name)) for name in shipped_names())
    return tuple(
        (rules, text)
        for rules, text in found
        if not known & {(rules.code, rules.version), (rules.code, rules.region, rules.institution)}
    )


def rule_versions(*, on: date, code: str = "") -> tuple[RuleVersionView, ...]:
    """Return the versions of one rule set, or of all, the newest first, as they stand on a day; shipped ones too.
    Rules are public."""
    rows = list(RuleSetVersion.objects.all())
    views = [rule_version_view(row, on=on) for row in rows]
    views += [_shipped_view(rules, text, on) for rules, text in shipped_unknown(rows)]
    return tuple(sorted((v for v in views if code in ("", v.code)), key=lambda each: (each.code, -each.version)))


def programme_titles(*, code: str, on: date) -> dict[str, str]:
    """Return what the programmes of a rule set are called, by their codes; of all sets for "". The newest words win."""
    found: dict[str, str] = {}
    for version in rule_versions(on=on, code=code):
        for programme in _read(version.sha256, version.text).programmes:
            found.setdefault(programme.code, programme.title)
    return found


def get_rule_version(*, code: str, version: int, on: date) -> RuleVersionView:
    """Return one version as it stands on a day. Raises RuleSetUnknown."""
    for each in rule_versions(on=on, code=code):
        if each.version == version:
            return each
    raise RuleSetUnknown


RULE_ROLES = ("county_officer", "city_officer", "province_officer")


def require_rule_role(actor: Actor, region: int) -> None:
    """Raise NotAllowed unless the actor may make rules for a region; rules of abroad (0) are the province's."""
    if region:
        people.require_role(actor, *RULE_ROLES, region=region)
    else:
        people.require_role(actor, "province_officer")


def rule_steps(*, actor: Actor, version: RuleVersionView, on: date) -> tuple[RuleStep, ...]:
    """Return the steps a version may take next, in the order of its life, each with what stands in this actor's way.

    Only shows the way: `advance_rule_set` asks again. Raises NotAllowed for who makes no rules at all.
    """
    people.require_role(actor, *RULE_ROLES)
    try:
        require_rule_role(actor, version.region)
    except NotAllowed:
        return tuple(RuleStep(to, "other_place") for to, states in STEPS.items() if version.state in states)
    found = []
    for to, states in STEPS.items():
        hindrance = ""
        if to == "filed" and actor.person_id == (version.drafted_by_id or version.reviewed_by_id):
            hindrance = "another_person"
        if to == "filed" and version.ends_on is not None and on >= version.ends_on:
            hindrance = "over"
        if version.state in states:
            found.append(RuleStep(to, hindrance))
    return tuple(found)


def clauses_of_version(version: RuleVersionView) -> tuple[Clause, ...]:
    """Return one version in sentences, each section beside its own lines."""
    names = names_of([version.region]) if version.region else {}
    return clauses_of(_read(version.sha256, version.text), version.text, place=names.get(version.region, ""))


def rule_sets_in_reach(*, region: int, on: date) -> tuple[RuleSet, ...]:
    """Return the rule sets in force at a place on a day, by code: of one code that of the nearest place.

    What is shipped applies until a place has its own, samples excepted. A set that is suspended leaves the field to the
    next place up.
    """
    rows = list(RuleSetVersion.objects.order_by("code", "version"))
    standing = [rule_set_of(row) for row in rows if is_in_force(row.state, row.starts_on, row.ends_on, on)]
    standing += [rules for rules, _ in shipped_unknown(rows) if not rules.is_sample]
    return nearest(standing, region=region, on=on)


def rule_in_force(code: str, *, on: date, region: int) -> RuleSet | None:
    """Return the version of a rule set that is in force on a day for who names it: the nearest to a place, else the
    one of another place, because an agreement may attach rules from anywhere. A shipped one, unless it is a sample,
    until there is a version of it."""
    rows = list(RuleSetVersion.objects.filter(code=code).order_by("version"))
    found = [rule_set_of(row) for row in rows if is_in_force(row.state, row.starts_on, row.ends_on, on)]
    found += [rules for rules, _ in shipped_unknown(rows) if rules.code == code and not rules.is_sample]
    days = [each for each in found if is_on(each, on)]
    return next(iter((*nearest(days, region=region, on=on), *days)), None)


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
