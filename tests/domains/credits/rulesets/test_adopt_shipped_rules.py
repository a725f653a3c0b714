from datetime import UTC, date, datetime

import pytest

from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db
SAMPLES = ("industry-training", "korea-acbs", "open-university")
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def test_the_default_comes_into_force_once_and_samples_stay_drafts() -> None:
    system = Actor.system("test")
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == len(credit_bank.shipped_names())
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == 0
    row = RuleSetVersion.objects.get(code="community")
    assert (row.state, row.starts_on, row.text) == ("filed", date(2026, 1, 1), credit_bank.shipped_text("community"))
    others = RuleSetVersion.objects.exclude(code="community")
    assert {each.code: each.state for each in others} == dict.fromkeys(SAMPLES, "draft")
    in_wuxi = {each.code for each in credit_bank.rule_sets_in_reach(region=320200000000, on=NOW.date())}
    assert in_wuxi == {"community"}, "nobody's outcome is decided by a sample"
    assert AuditEntry.objects.filter(verb="adopt_shipped_rules").count() == len(credit_bank.shipped_names())


def test_a_code_that_a_place_has_already_is_left_alone() -> None:
    system = Actor.system("test")
    credit_bank.adopt_shipped_rules(actor=system, now=NOW)
    RuleSetVersion.objects.filter(code="community").update(state="expired", ends_on=NOW.date())
    assert credit_bank.adopt_shipped_rules(actor=system, now=NOW) == 0
    reach = credit_bank.rule_sets_in_reach(region=320924100000, on=NOW.date())
    assert "community" not in {each.code for each in reach}
    assert reach == ()


def test_nothing_shipped_applies_before_or_after_but_the_default() -> None:
    """The same answer whether the rows stand yet or not."""
    before = credit_bank.rule_sets_in_reach(region=320200000000, on=NOW.date())
    listed = {(each.code, each.version, each.state) for each in credit_bank.rule_versions(on=NOW.date())}
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=NOW)
    assert credit_bank.rule_sets_in_reach(region=320200000000, on=NOW.date()) == before
    assert {(each.code, each.version, each.state) for each in credit_bank.rule_versions(on=NOW.date())} == listed


def test_a_demo_region_may_put_samples_in_force_but_foreign_rules_are_in_nobodys_reach() -> None:
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=NOW, samples_in_force=True)
    codes = {each.code for each in credit_bank.rule_sets_in_reach(region=320200000000, on=NOW.date())}
    assert codes == {"community", "industry-training", "open-university"}
