from datetime import timedelta

import pytest

from tests.domains.payments.paying import books, owed
from tests.domains.payments.settling import paid_case, sessions_of
from tests.worlds.small_county import HEDE, LINHAI, acting, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import hardship as errors
from xueqiao.domains.enrolment.errors.seats import PlaceNotConfirmed, PlaceNotFound
from xueqiao.domains.enrolment.models import HardshipEvidence, HardshipRequest
from xueqiao.domains.enrolment.rules.hardship import kind_of_proof
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")
PAPER = enrolment.Proof("诊断书.pdf", b"%PDF-1.4 ...")


def after_meetings(case, number):
    """A moment after so many meetings have begun."""
    return sessions_of(case)[number - 1].starts_at + timedelta(hours=3)


def ask(case, now, *, actor=None, proofs=(PAPER,), cause="illness", words="住院手术"):
    return enrolment.ask_hardship_refund(
        actor=actor or case.actor, place_uuid=case.place.uuid, cause=cause, words=words, proofs=proofs, now=now
    )


def test_after_the_third_meeting_the_part_left_may_be_asked_for_with_proof(deliver_due):
    case = paid_case(deliver_due)
    now = after_meetings(case, 4)
    before = books()
    assert enrolment.refund_now(place=case.place, now=now).refund_fen == 0
    asked = ask(case, now)
    assert (asked.state, asked.refund_fen, asked.rule) == ("asked", 12_000, "因病、去世或搬离，按没上的次数退：4 / 8")
    assert asked.answer_due == now + timedelta(days=5)
    assert books() == before
    assert case.place_state() == "confirmed"
    (paper,) = asked.evidence
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    assert enrolment.access_evidence(actor=clerk, evidence_id=paper.id)[1:] == ("application/pdf", PAPER.body)
    assert [each.uuid for each in enrolment.access_hardship_waiting(actor=clerk, now=now)] == [asked.uuid]


def test_nobody_else_sees_the_paper(deliver_due):
    case = paid_case(deliver_due)
    (paper,) = ask(case, case.now).evidence
    for actor in (acting(case.world.elder), on_duty(case.world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(errors.HardshipNotFound):
            enrolment.access_evidence(actor=actor, evidence_id=paper.id)


def test_what_cannot_be_asked_leaves_nothing_behind(deliver_due):
    case = paid_case(deliver_due)
    now = after_meetings(case, 4)
    with pytest.raises(errors.ProofNeeded):
        ask(case, now, proofs=())
    for wrong in (enrolment.Proof("x.pdf", b"<html>"), enrolment.Proof("big.pdf", b"%PDF-" + bytes(2 * 1024 * 1024))):
        with pytest.raises(errors.ProofNotReadable):
            ask(case, now, proofs=(wrong,))
    with pytest.raises(InvalidInput):
        ask(case, now, cause="lazy")
    with pytest.raises(PlaceNotFound):
        ask(case, now, actor=acting(case.world.elder))
    with pytest.raises(errors.NothingToAskFor):
        ask(case, after_meetings(case, 8))
    assert not HardshipRequest.objects.within(ALL).exists()
    assert not HardshipEvidence.objects.exists()


def test_an_unpaid_seat_has_nothing_to_ask_for():
    case = owed()
    with pytest.raises(PlaceNotConfirmed):
        ask(case, case.now)


def test_one_request_at_a_time(deliver_due):
    case = paid_case(deliver_due)
    ask(case, case.now)
    with pytest.raises(errors.AskedAlready):
        ask(case, case.now)
    assert HardshipRequest.objects.within(ALL).count() == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8\xff..", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-", "application/pdf"),
        (b"", None),
        (b"GIF8", None),
    ],
)
def test_the_kind_of_a_proof_is_told_by_its_first_bytes(body, kind):
    assert kind_of_proof(body) == kind
