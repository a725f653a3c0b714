import json
from dataclasses import replace

import pytest

from tests.conformance.samples import FACTS, SIGNER
from tests.domains.credits.standing import issued
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions.sign_certificate import signed_texts
from xueqiao.domains.credits.errors.signing import ElementMissing
from xueqiao.domains.credits.signing import did_key, signers

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
