"""What a person has learned, as rules see it: classes completed here, and outcomes claimed and recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from xueqiao.domains.credits.models import CreditProposal, Outcome, RecognitionRevocation
from xueqiao.domains.credits.rules.claims import facts_from_json
from xueqiao.domains.credits.values.rulesets import OutcomeFacts
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.scope import Scope


def outcome_facts(row: Outcome, *, strength: int = 1, reviewers: int = 0) -> OutcomeFacts:
    """Return a row as rules see it. strength: of its best evidence; reviewers: how many sat in its group."""
    facts = facts_from_json(row.facts) | {"strength": strength, "reviewers": reviewers}
    issuer = str(row.issuer_id) if row.issuer_id else row.issuer_name
    return OutcomeFacts(f"o{row.pk}", row.type, row.title, issuer, row.ends_on, facts, row.valid_until)


def outcomes_by_person(
    person_ids: Iterable[int], *, completed_until: datetime | None = None
) -> dict[int, tuple[OutcomeFacts, ...]]:
    """Return what each person has learned and the bank knows to be true. For jobs and after access was checked.

    What was revoked is left out. completed_until: leaves out classes completed later, and keeps what was revoked later,
    for working out an earlier decision again.
    """
    ids = sorted(set(person_ids))
    found: dict[int, list[OutcomeFacts]] = defaultdict(list)
    everything = Scope.everything("access to the persons was checked")
    completed = (
        CreditProposal.objects.within(everything)
        .filter(person_id__in=ids)
        .exclude(pk__in=_gone("proposal", completed_until))
    )
    if completed_until is not None:
        completed = completed.filter(completion__completed_at__lte=completed_until)
    for row in completed.select_related("completion__run"):
        held = row.completion.sessions_held
        found[row.person_id].append(
            OutcomeFacts(
                f"c{row.completion_id}",
                "community_course",
                row.completion.run.title,
                str(row.completion.run.institution_id),
                local_date(row.completion.completed_at),
                {
                    "hours": row.minutes_attended,
                    "attendance": Fraction(row.completion.sessions_attended, held) if held else Fraction(0),
                    "passed": True,  # a completion is judged by rule: attendance and, where set, assessment
                    "strength": 4,
                },
            )
        )
    rows = Outcome.objects.within(everything).filter(person_id__in=ids, claim__state="recognised")
    rows = rows.exclude(claim__in=_gone("claim", completed_until))
    for row in rows.prefetch_related("evidence").select_related("claim"):
        strength = max((each.strength for each in row.evidence.all()), default=1)
        found[row.person_id].append(outcome_facts(row, strength=strength, reviewers=row.claim.reviewers_needed))
    return {person_id: tuple(each) for person_id, each in found.items()}


def _gone(name: str, until: datetime | None = None) -> Any:
    """Recognitions of a kind that were revoked (until a moment): they stay in the history, and count nowhere."""
    rows = RecognitionRevocation.objects.within(Scope.everything("what was revoked counts nowhere"))
    rows = rows.filter(**{"state": "done", f"{name}__isnull": False})
    return (rows if until is None else rows.filter(decided_at__lte=until)).values(name)
