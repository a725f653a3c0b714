"""Deposit what an institution taught its trainees: every good line of a list, under its agreement, by its rules."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from xueqiao.domains.credits.actions.agreements.tell_trainees import tell_trainees
from xueqiao.domains.credits.actions.rulesets.adopt_shipped_rules import adopt_shipped_rules
from xueqiao.domains.credits.events import ClaimDecided
from xueqiao.domains.credits.models import (
    Agreement,
    Claim,
    CreditAccount,
    Evidence,
    Outcome,
    RuleSetVersion,
    TraineeDeposit,
)
from xueqiao.domains.credits.queries.agreements import EVERYTHING, agreement_rows
from xueqiao.domains.credits.queries.balances import arriving_all
from xueqiao.domains.credits.queries.trainees import (
    JudgedTrainee,
    agreement_to_deposit,
    judge_trainees,
    persons_of,
    programme_of,
    read_lines,
    rules_of,
)
from xueqiao.domains.credits.rules.claims import facts_for_json
from xueqiao.domains.credits.rules.deposits import issuer_account
from xueqiao.domains.credits.values.agreements import Deposited, TraineeLine
from xueqiao.domains.credits.values.amounts import COMMUNITY_UNIT, UNIT_NAMES, unit_name
from xueqiao.domains.credits.values.claims import ACCEPTED, RECOGNISED
from xueqiao.domains.credits.values.rulesets import RuleSet
from xueqiao.domains.people import api as people
from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.api import Deed, record_deed, record_deeds
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_events

DECIDED = """
    UPDATE credits_claim c
       SET state = %s, decided_at = %s, amount_hundredths = given.amount, transfer_id = given.transfer
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS given(id, amount, transfer) WHERE c.id = given.id
"""
NOT_FACTS = ("strength", "reviewers")  # of the evidence and the group, not of the outcome


def deposit_trainees(*, actor: Actor, code: str, lines: Sequence[TraineeLine], now: datetime) -> Deposited:
    """Deposit every good line and say what became of each; wrong ones are left out, with their reasons.

    For the giver's own people. Each line is a claim decided by rule, because its unit stands in the catalogue: it cites
    rule version, evidence and agreement, and credit moves from the giver to the learner. Safe to repeat and to race: a
    line is known again by its evidence number, once per giver in the whole bank. Each person gets one message. Locks
    CREDIT_ACCOUNT of all learners, then the agreement's row. Raises AgreementUnknown, TooManyTrainees,
    AgreementHasNoRules, and why the agreement carries nothing new at all; then nothing was written.
    """
    agreement = agreement_to_deposit(actor, code)
    on = local_date(now)
    read = read_lines(lines, on=on)
    with transaction.atomic():
        adopt_shipped_rules(actor=Actor.system("deposit_trainees"), now=now)
        persons = persons_of(read)
        lock(LockSpace.CREDIT_ACCOUNT, sorted(set(persons.values())))
        agreement = agreement_rows().select_for_update(of=("self",)).get(pk=agreement.pk)
        rules = rules_of(agreement, lines, on=on)
        keys = _outcome_ids(len(lines))
        judged = judge_trainees(agreement, rules, read, persons, keys, by_person_id=actor.person_id, now=now)
        good = [each for each in judged if each.checked.state == "good"]
        if good:
            _deposit(actor, agreement, rules, good, now)
        told = Deposited(
            deposited=len(good),
            known=sum(each.checked.state == "known" for each in judged),
            wrong=sum(each.checked.state == "wrong" for each in judged),
            amount_hundredths=sum(each.amount_hundredths for each in good),
            lines=tuple(each.checked for each in judged),
        )
        record_deed(
            actor=actor,
            verb="deposit_trainees",
            object_kind="agreement",
            object_id=agreement.pk,
            region=agreement.giver.region,
            now=now,
            detail={"deposited": told.deposited, "known": told.known, "wrong": told.wrong},
        )
    return told


def _outcome_ids(count: int) -> list[int]:
    """Take ids beforehand: a line is judged under the key by which it will be replayed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('credits_outcome', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _deposit(actor: Actor, agreement: Agreement, rules: RuleSet, good: Sequence[JudgedTrainee], now: datetime) -> None:
    """Write outcomes, evidence, claims and transfers, a statement each. Needs all locks of the action."""
    _open_accounts(sorted({each.person_id for each in good}), now)
    version = RuleSetVersion.objects.get(code=rules.code, version=rules.version)
    outcomes = Outcome.objects.bulk_create(_outcome(each, agreement, now) for each in good)
    bodies = [_evidence_body(each, agreement) for each in good]
    Evidence.objects.bulk_create(
        Evidence(
            outcome=outcome,
            name=each.read.number,
            content_type="application/json",
            body=body,
            sha256=hashlib.sha256(body).digest(),
            method="issuer_feed",
            strength=4,
            verified_at=now,
        )
        for each, outcome, body in zip(good, outcomes, bodies, strict=True)
        if each.read is not None
    )
    today, programme = local_date(now), programme_of(agreement, rules)
    claims = Claim.objects.bulk_create(
        Claim(
            outcome=outcome,
            rule_version=version,
            agreement=agreement,
            programme=programme,
            state=ACCEPTED,
            reviewers_needed=1,
            claimed_at=now,
            accept_due=today,
            decide_due=today,
            explanation=list(each.sentences),
            decision_words=f"由{agreement.giver.name}按互认协议存入，单元在目录里，按规则认定"[:200],
        )
        for each, outcome in zip(good, outcomes, strict=True)
    )
    uuids = dict(
        Claim.objects.within(EVERYTHING).filter(pk__in=[claim.pk for claim in claims]).values_list("pk", "uuid")
    )
    TraineeDeposit.objects.bulk_create(
        TraineeDeposit(
            claim=claim,
            agreement=agreement,
            giver_id=agreement.giver_id,
            number=each.read.number,
            post=each.read.post,
            deposited_by_id=actor.person_id,
            deposited_at=now,
        )
        for each, claim in zip(good, claims, strict=True)
        if each.read is not None
    )
    ledger.open_unit(rules.unit, unit_name(rules.unit), 2, sources=("issuer:",))
    issuer = issuer_account(agreement.giver_id)
    arriving_each = arriving_all(rules.unit, issuer, [(each.person_id, each.amount_hundredths) for each in good])
    transfers = ledger.post_transfers(
        [
            ledger.TransferDraft(
                rules.unit,
                tuple(postings),
                f"credits.recognise:{claim.pk}",
                {
                    "deed": "recognise",
                    "claim": str(uuids[claim.pk]),
                    "rule": f"{rules.code}/{rules.version}",
                    "rule_sha256": rules.sha256,
                    "evidence": [hashlib.sha256(body).hexdigest()],
                    "agreement": f"{agreement.code}/{agreement.version}",
                    "decided_by": "rule: unit in the catalogue",
                    "deposited_by": actor.person_id or 0,
                },
            )
            for postings, claim, body in zip(arriving_each, claims, bodies, strict=True)
        ],
        now=now,
    )
    with connection.cursor() as cursor:  # bulk_update would write a CASE of all rows for each of four columns
        ids, amounts = array(claim.pk for claim in claims), array(each.amount_hundredths for each in good)
        cursor.execute(DECIDED, [RECOGNISED, now, ids, amounts, array(each.id for each in transfers)])
    tell_trainees(agreement=agreement, claims=claims, amounts=[each.amount_hundredths for each in good], now=now)
    record_events(
        [ClaimDecided(c.pk, e.person_id, True, e.amount_hundredths) for e, c in zip(good, claims, strict=True)],
        regions=[each.region for each in good],
        now=now,
    )
    record_deeds(
        [
            Deed(
                actor,
                "deposit_trainee",
                "claim",
                claim.pk,
                region=each.region,
                acting_for_id=each.person_id,
                detail={"agreement": agreement.code, "amount_hundredths": each.amount_hundredths},
            )
            for each, claim in zip(good, claims, strict=True)
        ],
        now=now,
    )


def _open_accounts(person_ids: list[int], now: datetime) -> None:
    """What open_credit_account does, for many: one account per person, and the unit community credit is counted in."""
    ledger.open_unit(COMMUNITY_UNIT, UNIT_NAMES[COMMUNITY_UNIT], 2, sources=("issuer:",))
    codes = people.codes_of(person_ids)
    CreditAccount.objects.bulk_create(
        (CreditAccount(person_id=each, code=f"CB{codes[each]}"[:20], opened_at=now) for each in person_ids),
        ignore_conflicts=True,
    )


def _outcome(each: JudgedTrainee, agreement: Agreement, now: datetime) -> Outcome:
    assert each.outcome is not None
    facts = {name: value for name, value in each.outcome.facts.items() if name not in NOT_FACTS}
    return Outcome(
        pk=int(each.outcome.key.removeprefix("o")),
        person_id=each.person_id,
        region=each.region,
        type=each.outcome.type,
        title=each.outcome.title,
        issuer_id=agreement.giver_id,
        issuer_name=agreement.giver.name,
        ends_on=each.outcome.ends_on,
        facts=facts_for_json(facts),
        recorded_at=now,
    )


def _evidence_body(each: JudgedTrainee, agreement: Agreement) -> bytes:
    """Return the line as it was handed in, without the name: what the evidence's hash stands for."""
    assert each.outcome is not None and each.read is not None
    said = {
        "agreement": f"{agreement.code}/{agreement.version}",
        "issuer": agreement.giver.code,
        "number": each.read.number,
        "learner": each.person_id,
        "post": each.read.post,
        "type": each.outcome.type,
        "completed_on": each.outcome.ends_on.isoformat(),
        "facts": facts_for_json({k: v for k, v in each.outcome.facts.items() if k not in NOT_FACTS}),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
