from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.settle_statement import settle_statement
from xueqiao.domains.payments.models import Bill, Difference, Payment, Refund, Statement, StatementEntry
from xueqiao.domains.payments.ports import StatementLine
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.domains.payments.rules.reconciliation import differences_of
from xueqiao.domains.payments.values.reconciliation import MISSING_THERE, OurLine, TheirLine
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope

FOUND_NEXT_DAY = "次日的对账单里有这一笔，金额一致"


def take_statement(*, gateway: str, day: date, now: datetime) -> int:
    """Take a gateway's list of one day, compare it with our books, write down every difference; return how many.

    A day's list is taken once; taking it again returns what was found then. Nothing is guessed and nothing is put
    right here: a difference waits for a person, except that what the list of the day before lacked and this one has
    closes by itself. When nothing is left open the money is moved from the gateway to the bank (`settle_statement`).
    Raises UnknownGateway, GatewayUnreachable, StatementNotReady or StatementBroken; then nothing was written.
    """
    taken = Statement.objects.filter(gateway=gateway, day=day).first()
    if taken is not None:
        return _count(taken)
    lines = gateway_named(gateway).statement(day, now=now)
    with transaction.atomic():
        statement, is_new = Statement.objects.get_or_create(
            gateway=gateway,
            day=day,
            defaults={
                "line_count": len(lines),
                "paid_fen": sum(line.amount_fen for line in lines if line.kind == "payment"),
                "refunded_fen": sum(line.amount_fen for line in lines if line.kind == "refund"),
                "fee_fen": sum(line.fee_fen for line in lines),
                "taken_at": now,
            },
        )
        if not is_new:
            return _count(statement)
        StatementEntry.objects.bulk_create([_entry(statement, line) for line in lines], batch_size=1000)
        theirs = [_their_line(line) for line in lines]
        ours = [*_our_payments(gateway, day, lines), *_our_refunds(gateway, day, lines)]
        found = differences_of(theirs, ours, known_before=_known_before(statement, ours))
        Difference.objects.bulk_create(
            [Difference(statement=statement, found_at=now, **vars(each)) for each in found], batch_size=1000
        )
        _close_what_came_a_day_later(statement, theirs, now)
        record_deed(
            actor=Actor.system("take_statement"),
            verb="take_statement",
            object_kind="statement",
            object_id=statement.pk,
            now=now,
            detail={"gateway": gateway, "day": day.isoformat(), "lines": len(lines), "differences": len(found)},
        )
        settle_statement(statement_id=statement.pk, now=now)
    return len(found)


def _count(statement: Statement) -> int:
    everything = Difference.objects.within(Scope.everything("the list as a whole is counted"))
    return int(everything.filter(statement=statement).count())


def _entry(statement: Statement, line: StatementLine) -> StatementEntry:
    return StatementEntry(
        statement=statement,
        kind=line.kind,
        key=_key(line),
        order_code=line.order_code[:64],
        reference=line.reference[:64],
        amount_fen=line.amount_fen,
        fee_fen=line.fee_fen,
        state=line.state[:16],
        happened_at=line.happened_at,
    )


def _key(line: StatementLine) -> str:
    return (line.refund_code if line.kind == "refund" else line.order_code)[:64]


def _their_line(line: StatementLine) -> TheirLine:
    return TheirLine(line.kind, _key(line), line.order_code[:64], line.reference[:64], line.amount_fen, line.state[:16])


def _span(day: date) -> tuple[datetime, datetime]:
    begin = clock.at_local(day, 0)
    return begin, begin + timedelta(days=1) - timedelta(microseconds=1)


def _our_payments(gateway: str, day: date, lines: Iterable[StatementLine]) -> list[OurLine]:
    """Payments of the day, and those the list names, whenever they were."""
    codes = {line.order_code for line in lines if line.kind == "payment"}
    span = _span(day)
    named = Payment.objects.filter(gateway=gateway, order_code__in=codes)
    of_day = Payment.objects.filter(gateway=gateway, settled_at__range=span, state__in=["succeeded", "returned"])
    rows = {row.pk: row for query in (named, of_day) for row in query}
    regions = _regions(row.bill_id for row in rows.values())
    return [
        OurLine(
            kind="payment",
            key=row.order_code,
            order_code=row.order_code,
            reference=row.gateway_reference,
            amount_fen=row.amount_fen,
            state=row.state,
            is_counted=row.state in {"succeeded", "returned"},
            is_of_day=row.settled_at is not None and span[0] <= row.settled_at <= span[1],
            region=regions[row.bill_id],
        )
        for row in rows.values()
    ]


def _our_refunds(gateway: str, day: date, lines: Iterable[StatementLine]) -> list[OurLine]:
    """Refunds of the day, and those the list names, whenever they were."""
    codes = [code for line in lines if line.kind == "refund" and (code := _uuid(line.refund_code))]
    span = _span(day)
    refunds = Refund.objects.filter(payment__gateway=gateway).select_related("payment")
    rows = {
        row.pk: row
        for query in (refunds.filter(uuid__in=codes), refunds.filter(done_at__range=span, state="done"))
        for row in query
    }
    regions = _regions(row.bill_id for row in rows.values())
    return [
        OurLine(
            kind="refund",
            key=row.uuid.hex,
            order_code=row.payment.order_code,
            reference=row.payment.gateway_reference,
            amount_fen=row.amount_fen,
            state=row.state,
            is_counted=row.state == "done",
            is_of_day=row.done_at is not None and span[0] <= row.done_at <= span[1],
            region=regions[row.bill_id],
        )
        for row in rows.values()
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _regions(bill_ids: Iterable[int]) -> dict[int, int]:
    bills = Bill.objects.within(Scope.everything("books are compared with a list of all"))
    return dict(bills.filter(pk__in=list(bill_ids)).values_list("pk", "region"))


def _known_before(statement: Statement, ours: Iterable[OurLine]) -> frozenset[tuple[str, str]]:
    """What an earlier list of the same gateway has already named."""
    keys = [line.key for line in ours if line.is_of_day]
    earlier = StatementEntry.objects.filter(statement__gateway=statement.gateway, key__in=keys)
    return frozenset(earlier.exclude(statement=statement).values_list("kind", "key"))


def _close_what_came_a_day_later(statement: Statement, theirs: list[TheirLine], now: datetime) -> None:
    amounts = {(line.kind, line.key): line.amount_fen for line in theirs}
    waiting = Difference.objects.within(Scope.everything("books are compared with a list of all")).filter(
        statement__gateway=statement.gateway,
        statement__day=statement.day - timedelta(days=1),
        kind=MISSING_THERE,
        resolved_at__isnull=True,
    )
    done = [each for each in waiting if amounts.get((each.line_kind, each.key)) == each.ours_fen]
    for each in done:
        each.resolution, each.resolved_at = FOUND_NEXT_DAY, now
        each.save(update_fields=["resolution", "resolved_at"])
    for statement_id in {each.statement_id for each in done}:
        settle_statement(statement_id=statement_id, now=now)
