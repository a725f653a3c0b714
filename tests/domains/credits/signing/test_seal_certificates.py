from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.domains.credits.standing import issued
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Certificate, SealedCertificate, TimeSeal
from xueqiao.domains.credits.signing.time_log import head_along
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
EVERYTHING = Scope.everything("tests")


def test_each_group_stands_under_the_head_before_it_and_every_receipt_leads_to_its_head() -> None:
    first = issued(3)
    one = credit_bank.seal_certificates(now=first.now)
    assert one is not None
    assert (one.number, one.previous, one.count) == (1, "00" * 32, 1)
    assert credit_bank.seal_certificates(now=first.now) is None
    others = [first.another(), first.another()]
    two = credit_bank.seal_certificates(now=first.now + timedelta(minutes=1))
    assert two is not None
    assert (two.number, two.previous, two.count) == (2, one.head, 2)
    for made, head in ((first, one), (others[0], two), (others[1], two)):
        receipt = credit_bank.time_receipt(code=made.view.code)
        assert receipt is not None
        assert head_along(made.row.credential_text, receipt) == head.head
    assert credit_bank.verify_time_log(known_heads=(one.head, two.head)).wrong == ""


def test_a_clock_set_back_makes_no_earlier_head() -> None:
    made = issued(2)
    one = credit_bank.seal_certificates(now=made.now)
    made.another()
    two = credit_bank.seal_certificates(now=made.now - timedelta(days=300))
    assert one is not None
    assert two is not None
    assert two.sealed_at == one.sealed_at


def test_a_head_is_never_changed_or_deleted() -> None:
    made = issued()
    credit_bank.seal_certificates(now=made.now)
    for statement in (
        "UPDATE credits_timeseal SET sealed_at = sealed_at - interval '1 year'",
        "DELETE FROM credits_timeseal",
        "UPDATE credits_sealedcertificate SET position = 5",
        "DELETE FROM credits_sealedcertificate",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert credit_bank.verify_time_log().wrong == ""


def past_the_guards(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE credits_timeseal SET sealed_at = sealed_at - interval '1 day' WHERE number = 1", "seal 1"),
        (
            "UPDATE credits_timeseal SET leaves = set_byte(leaves, 3, get_byte(leaves, 3) # 1) WHERE number = 2",
            "seal 2",
        ),
        ("UPDATE credits_certificate SET credential_text = replace(credential_text, '张', '李')", "certificate XQ"),
        ("DELETE FROM credits_sealedcertificate WHERE seal_id = 2", "seal 2: 0 certificates of 1"),
    ],
)
def test_whoever_goes_past_the_guards_is_named(statement: str, named: str) -> None:
    made = issued(2)
    credit_bank.seal_certificates(now=made.now)
    made.another()
    two = credit_bank.seal_certificates(now=made.now)
    assert two is not None
    past_the_guards(statement)
    assert named in credit_bank.verify_time_log(known_heads=(two.head,)).wrong


def test_a_log_written_anew_does_not_hold_the_heads_that_were_noted() -> None:
    made = issued()
    head = credit_bank.seal_certificates(now=made.now)
    assert head is not None
    past_the_guards("DELETE FROM credits_sealedcertificate")
    past_the_guards("DELETE FROM credits_timeseal")
    credit_bank.seal_certificates(now=made.now - timedelta(days=300))
    assert credit_bank.verify_time_log().wrong == ""
    assert "is gone" in credit_bank.verify_time_log(known_heads=(head.head,)).wrong
    assert Certificate.objects.within(EVERYTHING).count() == SealedCertificate.objects.count() == 1
    assert TimeSeal.objects.count() == 1
