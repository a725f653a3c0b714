"""Certificates per second: signing and issuing, against bare Ed25519 signatures in the same run."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.harness import LOWER, Result, bench, in_turn, per_second, result

ROUNDS, CERTIFICATES, SLOW = 5, 300, 30
DATABASE_ROUNDS, GROUP = 3, 50
AIM = 0.02  # a certificate is three signatures and two canonical forms of four kilobytes
SECRET = hashlib.sha256(b"a key of the bench").digest()


@bench("credits.issue")
def issue() -> Iterator[Result]:
    """Facts to the three signed forms, held against bare signing; and what the short way to canonical RDF is worth."""
    from xueqiao.domains.credits.actions.certificates.sign_certificate import signed_texts
    from xueqiao.domains.credits.signing import canonical, credential, shapes
    from xueqiao.domains.credits.signing.signers import Ed25519Signer

    signer = Ed25519Signer(SECRET)
    bare = Ed25519PrivateKey.from_private_bytes(SECRET)
    facts = credential.Facts(
        certificate_uuid="019ab000-0000-7000-8000-000000000001",
        code="XQ26-7F3K-9MPQ-2WXH",
        person_name="张桂兰",
        title="手机支付与防诈骗",
        course_code="C402",
        course_uuid="019ab000-0000-7000-8000-000000000002",
        category="生活技能",
        outcomes=("会用手机付钱", "认得出三种常见骗局"),
        institution_name="合德镇社区教育中心",
        institution_uuid="019ab000-0000-7000-8000-000000000003",
        region_name="江苏省",
        platform_name="学桥终身学习平台",
        issued_at=datetime(2026, 11, 23, 11, tzinfo=UTC),
        starts_on=date(2026, 10, 7),
        ends_on=date(2026, 11, 23),
        sessions_attended=6,
        sessions_held=8,
        minutes=540,
        amount_hundredths=250,
        rule_text="出勤 6/8 次，满足《社区教育学分认定规则（默认稿）》第 3 条。",
        evidence_address="https://xueqiao.example/verify/XQ26-7F3K-9MPQ-2WXH/",
        status_address="https://xueqiao.example/status/1/revocation/",
        status_place=5,
    )
    people = [
        replace(facts, person_name=f"学员{n}", certificate_uuid=f"019ab000-0000-7000-8000-{n:012x}")
        for n in range(CERTIFICATES)
    ]
    documents = [credential.credential_of(each, issuer_did=signer.method.partition("#")[0]) for each in people]
    messages = [hashlib.sha512(str(n).encode()).digest() for n in range(CERTIFICATES * 10)]
    shapes.swift_canonical_text(documents[0])

    def sign() -> float:
        return per_second(CERTIFICATES, lambda: [signed_texts(each, signer=signer, list_number=1) for each in people])

    def sign_bare() -> float:
        return per_second(len(messages), lambda: [bare.sign(each) for each in messages])

    def short_way() -> float:
        return per_second(CERTIFICATES, lambda: [shapes.swift_canonical_text(each) for each in documents])

    def long_way() -> float:
        return per_second(SLOW, lambda: [canonical.canonical_text(each) for each in documents[:SLOW]])

    signed, limits, short, long = in_turn(ROUNDS, sign, sign_bare, short_way, long_way)
    yield result("credits.issue: certificates signed against bare Ed25519", signed, "1/s", limits=limits, aim=AIM)
    yield result("credits.issue: canonical RDF, known shapes against pyld", short, "1/s", limits=long, aim=5.0)


@bench("credits.issue_in_database")
def issue_in_database() -> Iterator[Result]:
    """The whole action, durable, with its rows, event and deed; held against bare signing as well."""
    from xueqiao.domains.credits import api as credit_bank
    from xueqiao.foundation.audit.values import Actor

    bare = Ed25519PrivateKey.from_private_bytes(SECRET)
    actor = Actor.system("bench")
    waiting, now = _completions(DATABASE_ROUNDS * GROUP)

    def issued() -> float:
        some = [waiting.pop() for _ in range(GROUP)]
        return per_second(
            GROUP, lambda: [credit_bank.issue_certificate(actor=actor, completion_id=each, now=now) for each in some]
        )

    def sign_bare() -> float:
        return per_second(CERTIFICATES * 10, lambda: [bare.sign(SECRET) for _ in range(CERTIFICATES * 10)])

    figures, limits = in_turn(DATABASE_ROUNDS, issued, sign_bare)
    yield result("credits.issue_in_database: the whole action against bare Ed25519", figures, "1/s", limits=limits)


@bench("credits.order")
def order() -> Iterator[Result]:
    """An order of a centre through the job that works it off, in parts of fifty: processor time for each certificate.

    XUEQIAO_BENCH_CERTIFICATES=10000 orders that many; their credit was proposed when the class was completed.
    """
    from tests.worlds.small_county import HEDE, on_duty

    from xueqiao.domains.credits import api as credit_bank
    from xueqiao.domains.people.models import Person
    from xueqiao.foundation.scope import Scope

    count = int(os.environ.get("XUEQIAO_BENCH_CERTIFICATES", "200"))
    institution_id, now = _proposed(count)
    people = Person.objects.within(Scope.everything("bench"))
    clerk = on_duty(people.filter(name="周文静").latest("pk"), "centre_clerk", HEDE)
    batch = credit_bank.order_certificates(actor=clerk, institution_id=institution_id, now=now)
    began = time.process_time()
    while batch.done_at is None:
        batch = credit_bank.issue_ordered_certificates(batch_id=batch.id, now=now)
        if batch.issued % 500 == 0:
            print(f"{batch.issued} of {batch.total}, {batch.failed} refused", flush=True)
    spent = (time.process_time() - began) * 1000 / count
    assert (batch.issued, batch.failed) == (count, 0)
    yield result("credits.order: processor time of one certificate of an order", [spent], "ms", aim=10.0, better=LOWER)


def _proposed(count: int) -> tuple[int, datetime]:
    """A centre whose people have completed a class, their credit proposed: one person's rows, so many times."""
    from xueqiao.domains.credits import api as credit_bank
    from xueqiao.domains.credits.models import CreditProposal
    from xueqiao.domains.learning.models import Completion
    from xueqiao.domains.people.models import Person
    from xueqiao.foundation.audit.values import Actor
    from xueqiao.foundation.scope import Scope

    everything = Scope.everything("bench")
    (first,), now = _completions(1)
    credit_bank.propose_credit(actor=Actor.system("bench"), completion_id=first, now=now)
    done = Completion.objects.within(everything).select_related("run", "person").get(pk=first)
    proposal = CreditProposal.objects.within(everything).get(completion_id=first)
    people = Person.objects.bulk_create(
        Person(
            code=f"BE{n:08d}",
            name=f"学员{n}",
            birth_date=done.person.birth_date,
            region=done.person.region,
            registered_at=now,
            sex="f",
        )
        for n in range(count - 1)
    )
    values = {f.attname: getattr(done, f.attname) for f in Completion._meta.concrete_fields if f.attname != "id"}
    rows = Completion.objects.bulk_create(Completion(**(values | {"person_id": each.pk})) for each in people)
    skipped = {"id", "uuid"}
    values = {
        f.attname: getattr(proposal, f.attname)
        for f in CreditProposal._meta.concrete_fields
        if f.attname not in skipped
    }
    CreditProposal.objects.bulk_create(
        CreditProposal(**(values | {"person_id": row.person_id, "completion_id": row.pk})) for row in rows
    )
    return done.run.institution_id, now


def _completions(count: int) -> tuple[list[int], datetime]:
    """A class whose learners have all completed it."""
    from dataclasses import asdict

    from tests.domains.learning.classroom import classroom

    from xueqiao.domains.learning.models import Completion
    from xueqiao.domains.learning.values import CompletionRule

    room = classroom(count)
    made = [
        Completion.objects.create(
            run=room.run,
            person=learner,
            region=room.run.region,
            completed_at=room.after,
            sessions_attended=8,
            sessions_held=8,
            minutes_attended=720,
            rule=asdict(CompletionRule(3, 4, 15)),
        ).pk
        for learner in room.learners
    ]
    return made, room.after
