from datetime import date

import pytest

from tests.worlds.small_county import COUNTY, PROVINCE, acting, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.rulesets import RuleSetExists
from xueqiao.domains.credits.models import RuleSetVersion
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db
COUNTY_RULES = (
    credit_bank.shipped_text("community").replace("320000000000", "320924000000").replace("version = 1", "version = 2")
)


def test_a_draft_is_kept_word_for_word_once() -> None:
    world = small_county()
    officer = on_duty(world.officer, "county_officer", COUNTY)
    view = credit_bank.draft_rule_set(actor=officer, text=COUNTY_RULES, now=world.now)
    assert (view.code, view.version, view.state, view.text) == ("community", 2, "draft", COUNTY_RULES)
    with pytest.raises(RuleSetExists):
        credit_bank.draft_rule_set(actor=officer, text=COUNTY_RULES + "# x\n", now=world.now)
    assert RuleSetVersion.objects.filter(code="community").count() == 2, "the shipped one and the draft"


def test_a_file_with_a_mistake_or_of_another_place_is_not_kept() -> None:
    world = small_county()
    officer = on_duty(world.officer, "county_officer", COUNTY)
    with pytest.raises(credit_bank.RuleFileWrong) as refusal:
        credit_bank.draft_rule_set(actor=officer, text=COUNTY_RULES.replace("step = 0.5", "stp = 0.5"), now=world.now)
    assert [each.field for each in refusal.value.problems] == ["rounding.step", "rounding.stp"]
    with pytest.raises(NotAllowed):
        credit_bank.draft_rule_set(
            actor=officer, text=COUNTY_RULES.replace("320924000000", "320000000000"), now=world.now
        )
    with pytest.raises(NotAllowed):
        credit_bank.draft_rule_set(actor=acting(world.elder), text=COUNTY_RULES, now=world.now)
    assert RuleSetVersion.objects.count() == 0


def test_rules_of_abroad_are_the_province_s() -> None:
    world = small_county()
    text = credit_bank.shipped_text("korea_acbs").replace("version = 1", "version = 2")
    with pytest.raises(NotAllowed):
        credit_bank.draft_rule_set(actor=on_duty(world.officer, "county_officer", COUNTY), text=text, now=world.now)
    province = on_duty(world.officer, "province_officer", PROVINCE)
    assert credit_bank.draft_rule_set(actor=province, text=text, now=world.now).state == "draft"


def test_a_draft_never_takes_the_shipped_rules_away() -> None:
    world = small_county()
    credit_bank.draft_rule_set(actor=on_duty(world.officer, "county_officer", COUNTY), text=COUNTY_RULES, now=world.now)
    (reach,) = credit_bank.rule_sets_in_reach(region=world.elder.region, on=date(2026, 3, 4))
    assert (reach.code, reach.version) == ("community", 1)
