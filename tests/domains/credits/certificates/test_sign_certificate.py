import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conformance.samples import FACTS, SIGNER
from tests.domains.credits.standing import Issued, issued
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions.certificates.sign_certificate import signed_texts
from xueqiao.domains.credits.errors.signing import ElementMissing
from xueqiao.domains.credits.signing import did_key, signers
from xueqiao.foundation.clock import local_date

pytestmark = pytest.mark.django_db


def test_every_form_of_one_certificate_is_valid_and_says_the_same() -> None:
    made = issued()
    row = made.row
    for text in (row.credential_text, row.token_text, row.paper_text):
        verdict = credit_bank.verify_file(text.encode(), trusted_keys=credit_bank.trusted_keys(), now=made.now)
        assert (verdict.state, verdict.masked_name, verdict.code) == ("valid", "张*兰", row.code)
    assert len(row.paper_text) < 2000
    assert credit_bank.credential_token(actor=made.first, certificate_uuid=row.uuid) == row.token_text
    assert "credentialStatus" not in json.loads(row.credential_text), (
        "without a public address there is no list to name"
    )


def the_level_in(made: Issued) -> str:
    subject = json.loads(made.row.credential_text)["credentialSubject"]
    names = {each["id"]: each["name"] for each in subject["achievement"]["resultDescription"]}
    (value,) = [each["value"] for each in subject["result"] if names[each["resultDescription"]] == "等级"]
    return str(value)


def test_the_level_is_that_of_the_unit_in_force_when_it_was_completed() -> None:
    made = issued(3)
    assert the_level_in(made) == "未定级", "nobody has placed the course"
    course = made.done.room.run.course
    wanted = {
        "code": course.code,
        "title": course.title,
        "learning_outcomes": ["会用手机付款"],
        "notional_minutes": 720,
        "amount_hundredths": 50,
        "assessment": "按出勤考核",
        "owner_id": made.done.room.world.centre.pk,
        "now": made.now,
    }
    ended = local_date(made.done.completion.completed_at)
    credit_bank.publish_unit(actor=made.first, level=2, effective_from=ended - timedelta(days=30), **wanted)
    credit_bank.publish_unit(actor=made.first, level=5, effective_from=ended + timedelta(days=1), **wanted)
    assert the_level_in(made.another()) == "终身学习资历框架第 2 级（共 10 级）", "the version of that day"
    assert made.another().state() == "valid"


def test_what_does_not_state_its_elements_is_not_signed() -> None:
    with pytest.raises(ElementMissing) as refusal:
        signed_texts(replace(FACTS, region_name=""), signer=SIGNER)
    assert "签发国家和地区" in refusal.value.message


def test_words_too_long_for_paper_are_left_out_and_the_rest_is_signed() -> None:
    texts = signed_texts(replace(FACTS, title="课" * 700), signer=SIGNER)
    assert texts.paper == ""
    assert texts.credential
    assert texts.token


@pytest.mark.skipif(not signers.has_sm2(), reason="NO SM2 PROVIDER: pip install 'xueqiao[guomi]'")
def test_an_sm2_key_signs_all_but_the_token() -> None:
    signer = signers.signer_of(did_key.SM2, signers.new_private_key(did_key.SM2))
    texts = signed_texts(FACTS, signer=signer)
    assert texts.token == ""
    did = signer.method.partition("#")[0]
    for text in (texts.credential, texts.paper):
        assert credit_bank.verify_file(text.encode(), trusted_keys=[did]).state == "valid"
