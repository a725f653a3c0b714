from datetime import UTC, datetime

import pytest

from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def test_shipped_rules_become_versions_in_force_once() -> None:
    system = Actor.system("test")
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == len(credit_bank.shipped_names())
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == 0
    row = RuleSetVersion.objects.get(code="community")
    assert (row.state, row.text) == ("in_force", credit_bank.shipped_text("community"))
    assert AuditEntry.objects.filter(verb="adopt_shipped_rules").count() == len(credit_bank.shipped_names())


def test_a_code_that_a_place_has_already_is_left_alone() -> None:
    system = Actor.system("test")
    credit_bank.adopt_shipped_rules(actor=system, now=NOW)
    RuleSetVersion.objects.filter(code="community").update(state="expired")
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == 0
    reach = credit_bank.rule_sets_in_reach(region=320924100000, on=NOW.date())
    assert "community" not in {each.code for each in reach}
    assert "korea-acbs" not in {each.code for each in reach}, "a foreign rule set is in nobody's reach"
