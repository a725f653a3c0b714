from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.cancel_session import locked_session
from xueqiao.domains.classes.models import ClassRun, PayLine, Session
from xueqiao.domains.classes.queries.pay import EVERYTHING, Due, due_for, live_line, sessions_to_count
from xueqiao.domains.classes.rules.pay import cost_account, owed_account
from xueqiao.domains.classes.values.pay import REVERSED
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_account, open_unit, post_transfer

WORDS_FOR = {"planned": "这次课撤回了“已上”", "cancelled": "这次课没有上", "held": "换了上课的老师或协议"}


def count_session_pay(*, session_id: int, now: datetime) -> int:
    """Bring a meeting's pay to what it is worth as it stands now; return the change in fen, 0 when it was right.

    A meeting that was held earns the teacher who taught it; one that was cancelled earns nothing, or the written share
    when it fell out too late. What was wrong is taken back by a line and a transfer of its own, never changed. Locks
    the run's row, the meeting's, then the ledger; repeating it moves nothing.
    """
    with transaction.atomic():
        run, session = locked_session(session_id)
        session.run = run
        due, before = due_for(session), live_line(session_id)
        if before is not None and _says(before, due, session):
            return 0
        change = 0
        if before is not None:
            change += _reverse(before, WORDS_FOR[session.state], now)
        if due.amount_fen:
            change += _earn(run, session, due, now)
        return change


def count_sessions(
    *, institution_id: int, since: datetime, until: datetime, now: datetime, teacher_id: int | None = None
) -> int:
    """Count meetings of a stretch of time that have no line yet, one by one, in order; return the change in fen."""
    ids = sessions_to_count(institution_id=institution_id, since=since, until=until, teacher_id=teacher_id)
    return sum(count_session_pay(session_id=session_id, now=now) for session_id in ids)


def _says(line: PayLine, due: Due, session: Session) -> bool:
    """True when the line is what the meeting is worth."""
    contract_id = due.contract.pk if due.contract else None
    return (line.contract_id, line.kind, line.amount_fen, line.teacher_id) == (
        contract_id,
        due.kind,
        due.amount_fen,
        session.teacher_id,
    )


def _earn(run: ClassRun, session: Session, due: Due, now: datetime) -> int:
    if due.contract is None:
        raise ValueError("pay is owed under a contract")
    turn = PayLine.objects.within(EVERYTHING).filter(session=session, reverses__isnull=True).count()
    line = PayLine.objects.create(
        contract=due.contract,
        permission=due.permission,
        contract_kind=due.contract.kind,
        session=session,
        teacher_id=session.teacher_id,
        institution_id=run.institution_id,
        region=run.region,
        kind=due.kind,
        turn=turn,
        taught_at=session.starts_at,
        minutes=due.minutes,
        rate_fen=due.contract.rate_fen,
        amount_fen=due.amount_fen,
        written_at=now,
    )
    _book(line, now)
    return due.amount_fen


def _reverse(before: PayLine, reason: str, now: datetime) -> int:
    line = PayLine.objects.create(
        contract_id=before.contract_id,
        permission_id=before.permission_id,
        contract_kind=before.contract_kind,
        session_id=before.session_id,
        teacher_id=before.teacher_id,
        institution_id=before.institution_id,
        region=before.region,
        kind=REVERSED,
        turn=before.turn,
        reverses=before,
        taught_at=before.taught_at,
        minutes=before.minutes,
        rate_fen=before.rate_fen,
        amount_fen=-before.amount_fen,
        reason=reason,
        written_at=now,
    )
    _book(line, now)
    return line.amount_fen


def _book(line: PayLine, now: datetime) -> None:
    """The line's transfer: the institution's cost to what the teacher is owed, or back."""
    open_unit(payments.CNY, "人民币", 2, sources=payments.SOURCES)
    owed, cost = owed_account(line.teacher_id, line.institution_id), cost_account(line.institution_id)
    open_account(payments.CNY, owed, may_go_negative=True)  # below zero: overpaid, the next slip takes it off
    source, destination = (cost, owed) if line.amount_fen > 0 else (owed, cost)
    post_transfer(
        unit=payments.CNY,
        postings=[Posting(source, destination, abs(line.amount_fen))],
        key=f"pay:line:{line.pk}",
        memo={"session": line.session_id, "kind": line.kind},
        now=now,
    )
    record_deed(
        actor=Actor.system("count_session_pay"),
        verb="count_session_pay",
        object_kind="session",
        object_id=line.session_id,
        now=now,
        region=line.region,
        acting_for_id=line.teacher_id,
        detail={"kind": line.kind, "amount_fen": line.amount_fen},
    )
