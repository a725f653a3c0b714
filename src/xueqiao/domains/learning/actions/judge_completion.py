"""Find by rule who completed a class run."""

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning import rules
from xueqiao.domains.learning.events import CompletionJudged
from xueqiao.domains.learning.models import Attendance, Completion
from xueqiao.domains.learning.queries.attendance import roster_ids, rule_for
from xueqiao.domains.learning.values import CompletionVerdict
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def judge_completion(*, run_id: int, now: datetime, actor: Actor | None = None) -> CompletionVerdict:
    """Write a Completion for everyone enrolled whose attendance reaches the share of sessions held. Safe to repeat.

    A session was held when somebody's presence at it is on record. Nobody is judged before the last session that was
    not cancelled has ended: minutes that did not happen yet count for nothing. Completions are never taken away here.
    """
    actor = actor or Actor.system("judge_completion")
    sessions = [session for session in classes.sessions_of(run_id) if session.state != "cancelled"]
    if not sessions or now < max(session.ends_at for session in sessions):
        return CompletionVerdict(run_id, False, 0, (), (), ())
    everything = Scope.everything("the rule judges everyone enrolled")
    with transaction.atomic():
        lock(LockSpace.CLASS_COMPLETION, [run_id])
        marks: dict[int, list[rules.Mark]] = defaultdict(list)
        rows = Attendance.objects.within(everything).filter(session__in=[session.id for session in sessions])
        for person_id, session_id, state, minutes in rows.values_list("person_id", "session_id", "state", "minutes"):
            marks[person_id].append(rules.Mark(session_id, state, minutes))
        held = {m.session_id for each in marks.values() for m in each if m.state in ("present", "late")}
        before = set(Completion.objects.within(everything).filter(run_id=run_id).values_list("person_id", flat=True))
        first = sessions[0]
        rule = rule_for(first.region, local_date(now), first.institution_id)
        done, undone = [], []
        for person_id in sorted(roster_ids(run_id) - before):
            tally = rules.tally(
                [mark for mark in marks.get(person_id, []) if mark.session_id in held],
                len(held),
                (rule.share_numerator, rule.share_denominator),
            )
            if not tally.is_completed:
                undone.append(person_id)
                continue
            completion = Completion.objects.create(
                run_id=run_id,
                person_id=person_id,
                region=first.region,
                completed_at=now,
                sessions_attended=tally.sessions_attended,
                sessions_held=tally.sessions_held,
                minutes_attended=tally.minutes_attended,
                rule=asdict(rule),
            )
            done.append(person_id)
            record_event(
                CompletionJudged(
                    completion_id=completion.pk,
                    run_id=run_id,
                    person_id=person_id,
                    region=first.region,
                    minutes_attended=tally.minutes_attended,
                    completed_at=now,
                ),
                region=first.region,
                now=now,
            )
        if done:
            record_deed(
                actor=actor,
                verb="judge_completion",
                object_kind="class_run",
                object_id=run_id,
                region=first.region,
                now=now,
                detail={"completed": len(done), "held": len(held)},
            )
    return CompletionVerdict(run_id, True, len(held), tuple(done), tuple(sorted(before)), tuple(undone))
