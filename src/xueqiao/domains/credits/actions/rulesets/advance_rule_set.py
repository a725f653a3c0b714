"""Take a version of a rule set one step on: reviewed, filed, in force, suspended, expired."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.errors.rulesets import (
    AlreadyOver,
    AnotherMustFile,
    NotYetInForce,
    RuleSetUnknown,
    WrongRuleStep,
)
from xueqiao.domains.credits.events import RuleSetMoved
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.domains.credits.queries.rulesets import RULE_ROLES, require_rule_role, rule_version_view
from xueqiao.domains.credits.values.ruleversions import STEPS, RuleVersionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event


def advance_rule_set(*, actor: Actor, code: str, version: int, to: str, now: datetime) -> RuleVersionView:
    """Move a version to `to`. Two people: who drafted does not file, nor who reviewed what nobody drafted. What was in
    force in the same place expires when another comes; the rules of other places stay.

    Locks all versions of the code, in order. What was recognised under an earlier version stays as it is. Raises
    RuleSetUnknown, NotAllowed, WrongRuleStep, AnotherMustFile, NotYetInForce, AlreadyOver.
    """
    people.require_role(actor, *RULE_ROLES)
    with transaction.atomic():
        adopt_shipped_rules(actor=Actor.system("advance_rule_set"), now=now)
        rows = list(RuleSetVersion.objects.select_for_update().filter(code=code).order_by("id"))
        row = next((each for each in rows if each.version == version), None)
        if row is None:
            raise RuleSetUnknown
        require_rule_role(actor, row.region)
        if row.state not in STEPS.get(to, ()):
            raise WrongRuleStep
        if to == "filed" and actor.person_id == (row.drafted_by_id or row.reviewed_by_id):
            raise AnotherMustFile
        if to == "in_force":
            if local_date(now) < row.in_force_from:
                raise NotYetInForce
            if row.in_force_until is not None and local_date(now) >= row.in_force_until:
                raise AlreadyOver
            for other in rows:
                is_same_place = (other.region, other.institution) == (row.region, row.institution)
                if other.pk != row.pk and is_same_place and other.state in ("in_force", "suspended"):
                    other.state, other.moved_at = "expired", now
                    other.save(update_fields=["state", "moved_at"])
        before, row.state, row.moved_at = row.state, to, now
        if to == "reviewed":
            row.reviewed_by_id = actor.person_id
        if to == "filed":
            row.filed_by_id = actor.person_id
        row.save(update_fields=["state", "moved_at", "reviewed_by", "filed_by"])
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
    return rule_version_view(row)
