import pytest

from tests.worlds.small_county import COUNTY, acting, on_duty, small_county
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
    assert RuleSetVersion.objects.count() == 1


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
