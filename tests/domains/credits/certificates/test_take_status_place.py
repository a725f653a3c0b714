import secrets

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.standing import issued
from xueqiao.domains.credits.actions.certificates.take_status_place import FILLED_MAX, free_place
from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key
from xueqiao.domains.credits.models import SigningKey, StatusList, StatusPlace
from xueqiao.foundation.locks import NoTransaction

pytestmark = pytest.mark.django_db


def test_a_place_by_chance_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    made = issued()
    taken = made.row.status_place.place
    drawn = iter([taken, taken, 7 if taken != 7 else 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _limit: next(drawn))
    found, place = free_place(SigningKey.objects.get(), now=made.now)
    assert (found.number, place) == (made.row.status_place.status_list_id, 7 if taken != 7 else 8)
    assert StatusList.objects.get().taken == 1


def test_a_list_half_full_is_left_and_another_key_has_lists_of_its_own() -> None:
    made = issued()
    first = StatusList.objects.get()
    StatusList.objects.update(taken=FILLED_MAX)
    key = SigningKey.objects.get()
    second, _ = free_place(key, now=made.now)
    assert second.number != first.number
    SigningKey.objects.update(retired_at=made.now)
    other = make_signing_key(actor=SYSTEM, now=made.now)
    third, _ = free_place(other, now=made.now)
    assert third.signing_key_id == other.pk


def test_no_two_certificates_share_a_place_whoever_forgets_to_look() -> None:
    one = issued(2)
    two = one.another()
    place = one.row.status_place
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusPlace.objects.filter(certificate=two.row).update(place=place.place, status_list=place.status_list)


@pytest.mark.django_db(transaction=True)
def test_it_wants_a_transaction() -> None:
    with pytest.raises(NoTransaction):
        free_place(SigningKey(), now=None)  # type: ignore[arg-type]
