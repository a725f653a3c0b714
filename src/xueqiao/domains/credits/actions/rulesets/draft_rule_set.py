"""Hand in a rule file as a new version."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.errors.rulesets import RuleSetExists
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.domains.credits.queries.rulesets import RULE_ROLES, require_rule_role, rule_version_view
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.values.ruleversions import RuleVersionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date


def draft_rule_set(*, actor: Actor, text: str, now: datetime) -> RuleVersionView:
    """Keep a rule file as a draft, word for word. An officer whose range contains the rule's region.

    Raises RuleFileWrong with every mistake's line, field and cure, NotAllowed, RuleSetExists.
    """
    people.require_role(actor, *RULE_ROLES)
    rules = read_rule_file(text)
    require_rule_role(actor, rules.region)
    with transaction.atomic():
        adopt_shipped_rules(actor=Actor.system("draft_rule_set"), now=now)
        try:
            with transaction.atomic():
                row = RuleSetVersion.objects.create(
                    code=rules.code,
                    version=rules.version,
                    title=rules.title,
                    region=rules.region,
                    institution=rules.institution,
                    text=text,
                    sha256=rules.sha256,
                    in_force_from=rules.in_force_from,
                    in_force_until=rules.in_force_until,
                    drafted_by_id=actor.person_id,
                    drafted_at=now,
                    moved_at=now,
                )
        except IntegrityError as taken:
            raise RuleSetExists from taken
        record_deed(
            actor=actor,
            verb="draft_rule_set",
            object_kind="rule_set",
            object_id=row.pk,
            region=rules.region,
            now=now,
            detail={"code": rules.code, "version": rules.version, "sha256": rules.sha256},
        )
    return rule_version_view(row, on=local_date(now))
