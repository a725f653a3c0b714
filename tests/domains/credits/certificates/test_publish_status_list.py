import json
import sys
from datetime import datetime, timedelta

import pytest

from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.standing import WHY, Issued, issued, revoked
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.standing import ListUnknown
from xueqiao.domains.credits.models import PublishedList, SigningKey, StatusList
from xueqiao.domains.credits.queries import standing
from xueqiao.domains.credits.signing import trust
from xueqiao.domains.credits.signing.status_list import is_set

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PUBLIC_URL = "https://xueqiao.example"


def fetched(made: Issued, purpose: str, now: datetime | None = None) -> str:
    return credit_bank.publish_status_list(
        number=made.row.status_place.status_list_id, purpose=purpose, site_address="https://other", now=now or made.now
    )


def bit(made: Issued, purpose: str) -> bool:
    return is_set(json.loads(fetched(made, purpose))["credentialSubject"]["encodedList"], made.row.status_place.place)


def test_the_certificate_names_its_place_and_the_list_answers_for_it() -> None:
    made = issued()
    entry = json.loads(made.row.credential_text)["credentialStatus"]
    text = fetched(made, "revocation")
    address = f"https://xueqiao.example/status/{made.row.status_place.status_list_id}/revocation/"
    assert entry["statusListCredential"] == json.loads(text)["id"] == address
    assert entry["statusListIndex"] == str(made.row.status_place.place)
    assert json.loads(text)["issuer"] == json.loads(made.row.credential_text)["issuer"]["id"]
    leaning = trust.trust_of(credit_bank.trusted_keys())
    trust.checked_list(text, leaning)
    assert (bit(made, "revocation"), bit(made, "suspension")) == (False, False)
    credit_bank.suspend_certificate(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    assert (bit(made, "revocation"), bit(made, "suspension")) == (False, True)
    revoked(made)
    assert (bit(made, "revocation"), bit(made, "suspension")) == (True, False)


def test_the_offline_check_reads_the_list_that_was_fetched() -> None:
    made = issued()
    leaning = trust.trust_of(credit_bank.trusted_keys())
    body = made.row.credential_text.encode()

    def state() -> str:
        lists = tuple(trust.checked_list(fetched(made, purpose), leaning) for purpose in ("revocation", "suspension"))
        return credit_bank.verify_file(body, trust=trust.Trust(leaning.keys, {}, lists), now=made.now).state

    assert state() == "valid"
    revoked(made)
    assert state() == "revoked"


def test_a_text_is_kept_for_an_hour_and_until_something_changes() -> None:
    made = issued()
    first = fetched(made, "revocation")
    assert fetched(made, "revocation", made.now + timedelta(minutes=59)) == first
    assert fetched(made, "revocation", made.now + timedelta(minutes=61)) != first
    before = fetched(made, "revocation")
    revoked(made)
    assert fetched(made, "revocation") != before


def test_a_text_made_while_somebody_revokes_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader takes the bits first and writes last; the officer commits in between."""
    made = issued()
    real = standing.places_set

    def slow(status_list: StatusList, purpose: str) -> list[int]:
        bits = list(real(status_list, purpose))
        if made.row.revoked_at is None:
            revoked(made)
        return bits

    module = sys.modules["xueqiao.domains.credits.actions.certificates.publish_status_list"]
    monkeypatch.setattr(module, "places_set", slow)
    assert not bit(made, "revocation")  # this reader asked a moment too early
    assert bit(made, "revocation")  # the next one does not get the old text


def test_after_a_theft_the_list_is_signed_by_the_new_key() -> None:
    made = issued()
    key = SigningKey.objects.get()
    credit_bank.report_stolen_key(actor=SYSTEM, key_id=key.pk, stolen_at=made.now, now=made.now)
    listed = json.loads(fetched(made, "revocation"))
    active = SigningKey.objects.get(stolen_at=None)
    assert listed["issuer"] == active.key_id.partition("#")[0] != key.key_id.partition("#")[0]


def test_after_a_rotation_the_list_stays_with_its_own_key() -> None:
    made = issued()
    key = SigningKey.objects.get()
    credit_bank.rotate_signing_key(actor=SYSTEM, now=made.now)
    assert json.loads(fetched(made, "revocation"))["issuer"] == key.key_id.partition("#")[0]


def test_there_is_no_other_list() -> None:
    made = issued()
    known = made.row.status_place.status_list_id
    for number, purpose in ((known + 1, "revocation"), (known, "message")):
        with pytest.raises(ListUnknown):
            credit_bank.publish_status_list(number=number, purpose=purpose, site_address="", now=made.now)
    assert not PublishedList.objects.exists()
