"""Write the shipped rule sets into the bank as versions in force, so that decisions can cite them."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.domains.credits.rulesets import shipped, shipped_names, shipped_text
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def adopt_shipped_rules(*, actor: Actor, now: datetime) -> int:
    """Return how many were new. A code that has any version already is left alone; safe to repeat and to race."""
    written = 0
    with transaction.atomic():
        known = set(RuleSetVersion.objects.values_list("code", flat=True))
        for name in shipped_names():
            rules = shipped(name)
            if rules.code in known:
                continue
            row, is_new = RuleSetVersion.objects.get_or_create(
                code=rules.code,
                version=rules.version,
                defaults={
                    "title": rules.title,
                    "region": rules.region,
                    "text": shipped_text(name),
                    "sha256": rules.sha256,
                    "state": "in_force",
                    "in_force_from": rules.in_force_from,
                    "in_force_until": rules.in_force_until,
                    "drafted_at": now,
                    "moved_at": now,
                },
            )
            if is_new:
                written += 1
                record_deed(
                    actor=actor,
                    verb="adopt_shipped_rules",
                    object_kind="rule_set",
                    object_id=row.pk,
                    region=rules.region,
                    now=now,
                    detail={"code": rules.code, "sha256": rules.sha256},
                )
    return written
