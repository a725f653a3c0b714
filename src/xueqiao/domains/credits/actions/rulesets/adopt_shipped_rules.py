"""Write the shipped rule sets into the bank as versions, so that decisions can cite them."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.domains.credits.queries.rulesets import shipped_unknown
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def adopt_shipped_rules(*, actor: Actor, now: datetime, samples_in_force: bool = False) -> int:
    """Return how many were new. The default rules come into force; samples stay drafts until an authority wants them.

    What a place has a version of already is left alone; safe to repeat and to race. samples_in_force: only for a demo
    region, where nobody's credits are real.
    """
    written = 0
    with transaction.atomic():
        for rules, text in shipped_unknown(RuleSetVersion.objects.all()):
            in_force = samples_in_force or not rules.is_sample
            row, is_new = RuleSetVersion.objects.get_or_create(
                code=rules.code,
                version=rules.version,
                defaults={
                    "title": rules.title,
                    "region": rules.region,
                    "institution": rules.institution,
                    "text": text,
                    "sha256": rules.sha256,
                    "state": "filed" if in_force else "draft",
                    "in_force_from": rules.in_force_from,
                    "in_force_until": rules.in_force_until,
                    "starts_on": rules.in_force_from if in_force else None,
                    "ends_on": rules.in_force_until if in_force else None,
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
                    detail={"code": rules.code, "sha256": rules.sha256, "state": row.state},
                )
    return written
