"""Take a version of a rule set one step on: reviewed, filed, suspended and in force again, expired."""

from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.errors.rulesets import (
    AlreadyOver,
    AnotherMustFile,
    RuleDayTaken,
    RuleSetUnknown,
    WrongRuleStep,
)
from xueqiao.domains.credits.events import RuleSetMoved
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.domains.credits.queries.rulesets import RULE_ROLES, require_rule_role, rule_version_view
from xueqiao.domains.credits.rules.ruledays import RuleDays, begins, ends_by_version, state_on
from xueqiao.domains.credits.values.ruleversions import STEPS, RuleVersionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event


def advance_rule_set(*, actor: Actor, code: str, version: int, to: str, now: datetime) -> RuleVersionView:
    """Move a version to `to`. Two people: who drafted does not file, nor who reviewed what nobody drafted.

    Filing dates a version: from that day it is in force without anybody's press, and the one before it in the same
    place ends the same instant; the rules of other places stay. Repealed (`expired`) before or on its first day, it
    never ended anything. Locks all versions of the code, in order. What was recognised under an earlier version stays
    as it is. Raises RuleSetUnknown, NotAllowed, WrongRuleStep, AnotherMustFile, AlreadyOver, RuleDayTaken.
    """
    people.require_role(actor, *RULE_ROLES)
    with transaction.atomic():
        adopt_shipped_rules(actor=Actor.system("advance_rule_set"), now=now)
        rows = list(RuleSetVersion.objects.select_for_update().filter(code=code).order_by("id"))
        row = next((each for each in rows if each.version == version), None)
        if row is None:
            raise RuleSetUnknown
        require_rule_role(actor, row.region)
        on = local_date(now)
        before = _require_step(row, to, on)
        if to == "filed" and actor.person_id == (row.drafted_by_id or row.reviewed_by_id):
            raise AnotherMustFile
        row.state, row.moved_at = "filed" if to == "in_force" else to, now
        if to == "reviewed":
            row.reviewed_by_id = actor.person_id
        if to == "filed":
            row.filed_by_id = actor.person_id
            row.starts_on = begins(row.in_force_from, on)
        if to == "expired" and row.starts_on is not None and on <= row.starts_on:
            row.starts_on = row.ends_on = None
        here = [each for each in rows if (each.region, each.institution) == (row.region, row.institution)]
        _save_dated(row, here, closed_on=on if to == "expired" else None)
        record_event(RuleSetMoved(row.pk, code, version, before, to), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="advance_rule_set",
            object_kind="rule_set",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"from": before, "to": to, "sha256": row.sha256},
        )
    return rule_version_view(row, on=on)


def _require_step(row: RuleSetVersion, to: str, on: date) -> str:
    """Return the state that the step begins in. Raises WrongRuleStep, AlreadyOver."""
    state = state_on(row.state, row.starts_on, row.ends_on, on)
    end = row.in_force_until if to == "filed" else row.ends_on if to == "in_force" else None
    if row.state in STEPS.get(to, ()) and end is not None and end <= on:
        raise AlreadyOver
    if state not in STEPS.get(to, ()):
        raise WrongRuleStep
    return state


def _save_dated(row: RuleSetVersion, here: list[RuleSetVersion], *, closed_on: date | None) -> None:
    """Write a version, and the days of all versions of its place anew. Raises RuleDayTaken."""
    dated = []
    for each in here:
        if each.starts_on is None:
            continue
        if each.pk != row.pk and each.starts_on == row.starts_on:
            raise RuleDayTaken(day=f"{each.starts_on:%Y-%m-%d}", version=each.version)
        closed = closed_on if each.pk == row.pk else each.ends_on if each.state == "expired" else None
        dated.append(RuleDays(each.version, each.starts_on, each.in_force_until, closed))
    ends = ends_by_version(dated)
    # Filing takes days from the others, a repeal may give some back: whoever gives goes first, no two ever overlap.
    for each in sorted(here, key=lambda each: (each.pk == row.pk) == (row.state == "filed")):
        each.ends_on = ends.get(each.version)
        each.save(update_fields=["state", "moved_at", "reviewed_by", "filed_by", "starts_on", "ends_on"])
