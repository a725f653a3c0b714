import sys

import pytest

from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.batches import BatchUnknown
from xueqiao.domains.credits.errors.signing import ElementMissing
from xueqiao.domains.credits.models import Certificate, CertificateBatch, SigningKey, StatusList, StatusPlace

pytestmark = pytest.mark.django_db
MODULE = "xueqiao.domains.credits.actions.certificates.issue_ordered_certificates"


def test_parts_show_how_far_it_is_and_a_part_that_died_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done = completed(5)
    monkeypatch.setattr(sys.modules[MODULE], "PART", 2)
    credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completions[1].pk, now=done.now)
    batch = credit_bank.order_certificates(actor=SYSTEM, institution_id=done.room.world.centre.pk, now=done.now)
    assert batch.total == 4
    go_on = {"batch_id": batch.id, "now": done.now}
    assert credit_bank.issue_ordered_certificates(**go_on).issued == 1
    real = sys.modules[MODULE].issue_certificate

    def dying(**wanted: object) -> object:
        real(**wanted)
        raise RuntimeError("the power went out")

    with monkeypatch.context() as power:
        power.setattr(sys.modules[MODULE], "issue_certificate", dying)
        with pytest.raises(RuntimeError):
            credit_bank.issue_ordered_certificates(**go_on)
    assert Certificate.objects.within(EVERYTHING).count() == 2
    assert credit_bank.issue_ordered_certificates(**go_on).issued == 3
    last = credit_bank.issue_ordered_certificates(**go_on)
    assert (last.issued, last.done_at) == (4, done.now)
    assert credit_bank.issue_ordered_certificates(**go_on) == last
    assert Certificate.objects.within(EVERYTHING).count() == 5
    with pytest.raises(BatchUnknown):
        credit_bank.issue_ordered_certificates(batch_id=batch.id + 1, now=done.now)


def test_one_that_is_refused_is_counted_named_and_stops_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    done = completed(3)
    batch = credit_bank.order_certificates(actor=SYSTEM, institution_id=done.room.world.centre.pk, now=done.now)
    real = sys.modules[MODULE].issue_certificate

    def choosy(**wanted: object) -> object:
        if wanted["completion_id"] == done.completions[1].pk:
            real(**wanted)
            raise ElementMissing(elements="学习成果")
        return real(**wanted)

    monkeypatch.setattr(sys.modules[MODULE], "issue_certificate", choosy)
    made = credit_bank.issue_ordered_certificates(batch_id=batch.id, now=done.now)
    assert (made.issued, made.failed) == (2, 1)
    assert "学习成果" in made.first_failure
    assert Certificate.objects.within(EVERYTHING).count() == 2
    assert CertificateBatch.objects.within(EVERYTHING).get().done_at == done.now


def test_what_was_made_for_a_refused_one_is_not_used_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is refused after its key and its list were made: both are gone with it."""
    done = completed(3)
    batch = credit_bank.order_certificates(actor=SYSTEM, institution_id=done.room.world.centre.pk, now=done.now)
    real = sys.modules[MODULE].issue_certificate

    def choosy(**wanted: object) -> object:
        view = real(**wanted)
        if wanted["completion_id"] == done.completions[0].pk:
            raise ElementMissing(elements="学习成果")
        return view

    monkeypatch.setattr(sys.modules[MODULE], "issue_certificate", choosy)
    made = credit_bank.issue_ordered_certificates(batch_id=batch.id, now=done.now)
    assert (made.issued, made.failed) == (2, 1)
    assert SigningKey.objects.count() == 1
    assert StatusList.objects.get().taken == StatusPlace.objects.count() == 2
