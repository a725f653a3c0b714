"""What would happen with a list of trainees, line by line: the dry run, and what the deposit itself goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from xueqiao.domains.credits.errors.agreements import (
    AgreementHasNoRules,
    NumberTwiceInList,
    NumberUsedForAnother,
    NumberUsedOtherwise,
    OwnTrainee,
    TooManyTrainees,
    TraineeUnknown,
    UnitNotInCatalogue,
)
from xueqiao.domains.credits.errors.claims import NotWorthAnything
from xueqiao.domains.credits.errors.deposits import AccountFrozen
from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Agreement, CreditAccount, RecognitionUnit, TraineeDeposit
from xueqiao.domains.credits.queries.agreements import (
    EVERYTHING,
    agreement_rows,
    latest_version,
    may_deposit,
    require_carries,
    terms_of,
    used_under,
)
from xueqiao.domains.credits.queries.outcomes import outcomes_by_person
from xueqiao.domains.credits.queries.rulesets import agreement_names, rule_in_force
from xueqiao.domains.credits.rules.agreements import agreement_covers
from xueqiao.domains.credits.rules.claims import facts_for_json
from xueqiao.domains.credits.rules.recognising import added_by
from xueqiao.domains.credits.rules.trainees import (
    LINES_MAX,
    ReadTrainee,
    facts_of_line,
    issuer_kind_of,
    read_trainee,
)
from xueqiao.domains.credits.values.agreements import (
    DEPOSITING_ROLES,
    AgreementTerms,
    CheckedTrainee,
    LineProblem,
    TraineeLine,
)
from xueqiao.domains.credits.values.rulesets import OutcomeFacts, RuleSet
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import Refused

DRY_RUN_KEYS = 10**15  # above every id there will be
ISSUER_FEED = 4  # strength of evidence: the issuer hands it in itself


@dataclass(frozen=True)
class JudgedTrainee:
    """A line and, when it is good, all that a deposit writes. sentences: the explanation the learner reads."""

    checked: CheckedTrainee
    read: ReadTrainee | None = None
    person_id: int = 0
    region: int = 0
    outcome: OutcomeFacts | None = None
    amount_hundredths: int = 0
    sentences: tuple[str, ...] = ()


def agreement_to_deposit(actor: Actor, code: str) -> Agreement:
    """Return the newest version of an agreement whose giver the actor stands for. Raises AgreementUnknown."""
    row = latest_version(code)
    if not may_deposit(actor, row):
        raise AgreementUnknown
    return row


def access_checked_trainees(
    *, actor: Actor, code: str, lines: Sequence[TraineeLine], now: datetime
) -> tuple[CheckedTrainee, ...]:
    """Say of every line what a deposit would do with it; writes nothing. For the giver's own people.

    Raises AgreementUnknown, TooManyTrainees, AgreementHasNoRules, and why the agreement carries nothing new at all.
    """
    row = agreement_to_deposit(actor, code)
    rules = rules_of(row, lines, on=local_date(now))
    read = read_lines(lines, on=local_date(now))
    persons = persons_of(read)
    keys = [DRY_RUN_KEYS + number for number in range(len(lines))]
    judged = judge_trainees(row, rules, read, persons, keys, by_person_id=actor.person_id, now=now)
    return tuple(each.checked for each in judged)


def access_agreements_to_deposit(*, actor: Actor, now: datetime) -> tuple[AgreementTerms, ...]:
    """Return the agreements under which the actor's institutions may hand in trainees today."""
    on = local_date(now)
    givers = {duty.institution_id for duty in actor.duties if duty.role in DEPOSITING_ROLES} - {None}
    rows = agreement_rows().filter(Q(giver_id__in=givers), state="active", starts_on__lte=on, ends_on__gt=on)
    return tuple(terms_of(row) for row in rows.exclude(rule_code="").order_by("title", "code"))


def access_agreement_to_deposit(*, actor: Actor, code: str) -> AgreementTerms:
    """Return the terms of an agreement under which the actor may hand in trainees. Raises AgreementUnknown."""
    return terms_of(agreement_to_deposit(actor, code))


def rules_of(row: Agreement, lines: Sequence[TraineeLine], *, on: date) -> RuleSet:
    """Return the rules a list is judged by. Raises TooManyTrainees, AgreementHasNoRules, why nothing new is carried."""
    if len(lines) > LINES_MAX:
        raise TooManyTrainees(limit=LINES_MAX, lines=len(lines))
    terms = terms_of(row)
    require_carries(terms, on=on)
    rules = rule_in_force(row.rule_code, on=on, region=row.receiver.region)
    if rules is None:
        raise AgreementHasNoRules(title=terms.title, receiver=terms.receiver_name)
    return rules


def programme_of(row: Agreement, rules: RuleSet) -> str:
    """Return the programme that outcomes under an agreement are recognised in: the first of its scope."""
    known = [each.code for each in rules.programmes]
    return next((each for each in row.programmes if each in known), known[0])


def read_lines(
    lines: Sequence[TraineeLine], *, on: date
) -> list[ReadTrainee | tuple[TraineeLine, tuple[LineProblem, ...]]]:
    """Read every line by itself, and find numbers that stand twice in the list."""
    result: list[ReadTrainee | tuple[TraineeLine, tuple[LineProblem, ...]]] = []
    seen: dict[str, int] = {}
    for line in lines:
        read = read_trainee(line, today=on)
        if isinstance(read, ReadTrainee):
            first = seen.setdefault(read.number, line.number)
            if first != line.number:
                result.append((line, (LineProblem("number", NumberTwiceInList(number=read.number, other=first)),)))
            else:
                result.append(read)
        else:
            result.append((line, read))
    return result


def persons_of(read: Sequence[object]) -> dict[int, int]:
    """Return whom each readable line means, by the line's number. One query."""
    good = [each for each in read if isinstance(each, ReadTrainee)]
    ids = people.persons_meant([(each.name, each.person) for each in good])
    return {each.line.number: person_id for each, person_id in zip(good, ids, strict=True) if person_id is not None}


def judge_trainees(
    row: Agreement,
    rules: RuleSet,
    read: Sequence[ReadTrainee | tuple[TraineeLine, tuple[LineProblem, ...]]],
    persons: dict[int, int],
    keys: Sequence[int],
    *,
    by_person_id: int | None,
    now: datetime,
) -> list[JudgedTrainee]:
    """Judge every line in the order of the list: each finds those before it deposited. keys: ids of the outcomes to be.

    A dozen queries whatever the length. Where the answer is written, needs CREDIT_ACCOUNT of all persons and the
    agreement's row locked.
    """
    return list(_Judge(row, rules, read, persons, by_person_id, now).answers(read, persons, keys))


class _Judge:
    """What is known of the people, units and numbers of one list."""

    def __init__(
        self,
        row: Agreement,
        rules: RuleSet,
        read: Sequence[object],
        persons: dict[int, int],
        by_person_id: int | None,
        now: datetime,
    ) -> None:
        good = [each for each in read if isinstance(each, ReadTrainee)]
        ids = sorted(set(persons.values()))
        self.terms, self.rules, self.now, self.on = terms_of(row), rules, now, local_date(now)
        self.by_person_id = by_person_id
        self.issuer_kind = issuer_kind_of(row.giver.kind)
        self.programme = programme_of(row, rules)
        self.cards = people.access_persons(Actor.system("trainees were named by their institution"), ids)
        self.unguarded = people.without_guardian_consent(ids, on=self.on)
        self.before = defaultdict(list, {key: list(each) for key, each in outcomes_by_person(ids).items()})
        self.used = defaultdict(int, used_under(self.terms.code, ids))
        self.frozen = set(
            CreditAccount.objects.within(EVERYTHING)
            .filter(person_id__in=ids, frozen_at__isnull=False)
            .values_list("person_id", flat=True)
        )
        self.units: dict[str, list[RecognitionUnit]] = defaultdict(list)
        for unit in RecognitionUnit.objects.filter(code__in={each.unit for each in good}).order_by("-version"):
            self.units[unit.code].append(unit)
        self.known = {
            each.number: each
            for each in TraineeDeposit.objects.within(EVERYTHING)
            .filter(giver_id=self.terms.giver_id, number__in={each.number for each in good})
            .select_related("claim__outcome")
        }
        self.closed_names = [name for name in agreement_names([rules]) if name != self.terms.frame]

    def answers(
        self,
        read: Sequence[ReadTrainee | tuple[TraineeLine, tuple[LineProblem, ...]]],
        persons: dict[int, int],
        keys: Sequence[int],
    ) -> Iterator[JudgedTrainee]:
        for each, key in zip(read, keys, strict=True):
            if isinstance(each, ReadTrainee):
                yield self._answer(each, persons.get(each.line.number), key)
            else:
                line, problems = each
                yield JudgedTrainee(CheckedTrainee(line, "wrong", line.cells.get("name", ""), problems=problems))

    def _answer(self, read: ReadTrainee, person_id: int | None, key: int) -> JudgedTrainee:
        if person_id is None:
            return _wrong(read, "person", TraineeUnknown())
        if person_id == self.by_person_id:
            return _wrong(read, "person", OwnTrainee())
        if person_id in self.unguarded:
            return _wrong(read, "person", people.GuardianConsentMissing())
        if person_id in self.frozen:
            return _wrong(read, "person", AccountFrozen())
        unit = self._unit(read)
        if unit is None:
            return _wrong(read, "unit", UnitNotInCatalogue(unit=read.unit, day=read.completed_on))
        facts = facts_of_line(read, notional_minutes=unit.notional_minutes, issuer_kind=self.issuer_kind)
        if read.number in self.known:
            return self._known(read, person_id, facts, unit.title)
        feed = {"strength": ISSUER_FEED, "reviewers": 1}
        outcome = OutcomeFacts(
            f"o{key}", read.type, unit.title, str(self.terms.giver_id), read.completed_on, facts | feed
        )
        if refusal := self._covered(read, person_id, 0):
            return _wrong(read, "occupation", refusal)
        added = added_by(
            self.rules,
            self.programme,
            self.before[person_id],
            outcome,
            on=local_date(self.now),
            closed=frozenset(f"{name}#{outcome.key}" for name in self.closed_names),
        )
        if not added.is_fit or added.amount_hundredths == 0:
            return _wrong(read, "", NotWorthAnything(why=added.why or " ".join(added.sentences)))
        if refusal := self._covered(read, person_id, added.amount_hundredths):
            return _wrong(read, "", refusal)
        self.before[person_id].append(outcome)
        self.used[person_id] += added.amount_hundredths
        checked = CheckedTrainee(read.line, "good", read.name, unit.title, added.amount_hundredths, added.sentences[0])
        region = self.cards[person_id].region
        return JudgedTrainee(checked, read, person_id, region, outcome, added.amount_hundredths, added.sentences)

    def _unit(self, read: ReadTrainee) -> RecognitionUnit | None:
        """The version of the unit that was in the catalogue on the day it was completed."""
        for unit in self.units[read.unit]:
            if unit.effective_from <= read.completed_on < (unit.effective_until or date.max):
                return unit
        return None

    def _known(self, read: ReadTrainee, person_id: int, facts: dict[str, object], title: str) -> JudgedTrainee:
        stored = self.known[read.number]
        outcome = stored.claim.outcome
        if outcome.person_id != person_id:
            return _wrong(read, "number", NumberUsedForAnother(number=read.number))
        same = (outcome.type, outcome.ends_on, stored.post, outcome.facts)
        if same != (read.type, read.completed_on, read.post, facts_for_json(facts)):
            return _wrong(read, "number", NumberUsedOtherwise(number=read.number))
        amount = stored.claim.amount_hundredths
        return JudgedTrainee(CheckedTrainee(read.line, "known", read.name, title, amount))

    def _covered(self, read: ReadTrainee, person_id: int, asked: int) -> Refused | None:
        return agreement_covers(
            self.terms,
            giver_id=self.terms.giver_id,
            receiver_id=self.terms.receiver_id,
            programme=self.programme,
            occupation=read.occupation,
            on=self.on,
            used_hundredths=self.used[person_id],
            asked_hundredths=asked,
        )


def _wrong(read: ReadTrainee, column: str, refusal: Refused) -> JudgedTrainee:
    return JudgedTrainee(CheckedTrainee(read.line, "wrong", read.name, problems=(LineProblem(column, refusal),)))
