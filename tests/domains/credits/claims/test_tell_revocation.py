import pytest

from tests.domains.credits.claims.test_revoke_recognition import WHY, second_officer
from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.worlds.small_county import COUNTY, acting, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people.models import Notice
from xueqiao.gateways.messages.texts import text_of

pytestmark = pytest.mark.django_db


def notices() -> list[Notice]:
    return list(Notice.objects.within(EVERYTHING).filter(template="recognition_revoked"))


def test_she_is_told_once_and_only_when_it_is_done() -> None:
    done = completed()
    view = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=view.uuid, now=done.now)
    officer = on_duty(add_person("甲"), "county_officer", COUNTY)
    wish = credit_bank.ask_recognition_revocation(actor=officer, recognition_uuid=view.uuid, now=done.now, **WHY)
    assert notices() == []
    for _ in range(2):
        credit_bank.revoke_recognition(actor=second_officer(), revocation_uuid=wish.uuid, now=done.now)
    (row,) = [each for each in notices() if each.person_id == each.recipient_id]
    assert row.text.endswith("学分被撤回。原因和办法请问社区教育中心。")
    assert row.person_id == done.person.pk
    assert len(text_of(row.template, row.values)) <= 70
