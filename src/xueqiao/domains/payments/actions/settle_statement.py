from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.models import Difference, Statement
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, clearing_account
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, open_account, open_unit, post_transfer
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.scope import Scope


def bank_account(gateway: str) -> str:
    """Where a gateway pays out to. Below zero: it stands for money outside the platform."""
    return f"bank:{gateway}"


def fee_account(gateway: str) -> str:
    """What a gateway has kept for its work."""
    return f"gateway:{gateway}:fees"


def settle_statement(*, statement_id: int, now: datetime) -> bool:
    """Move the money of a list from the gateway's clearing account to the bank, once nothing in it is open.

    What the list says is what the company pays out: received less returned less fees. So a difference that a person
    has explained but not put right stays visible as the rest of the clearing account. Locks the statement's row.
    Returns False, and changes nothing, while differences are open or when it was settled before.
    """
    with transaction.atomic():
        set_lock_timeout()
        statement = Statement.objects.select_for_update().get(pk=statement_id)
        everything = Difference.objects.within(Scope.everything("the list as a whole is settled"))
        if statement.state == "settled" or everything.filter(statement=statement, resolved_at__isnull=True).exists():
            return False
        open_unit(CNY, "人民币", 2, sources=SOURCES)
        open_account(CNY, bank_account(statement.gateway), may_go_negative=True)
        clearing = clearing_account(statement.gateway)
        paid_out = statement.paid_fen - statement.refunded_fen - statement.fee_fen
        postings = [
            *signed_posting(bank_account(statement.gateway), clearing, paid_out),
            *signed_posting(fee_account(statement.gateway), clearing, statement.fee_fen),
        ]
        if postings:
            post_transfer(
                unit=CNY,
                postings=postings,
                key=f"payments:statement:{statement.gateway}:{statement.day.isoformat()}",
                memo={"gateway": statement.gateway, "day": statement.day.isoformat()},
                now=now,
            )
        statement.state, statement.settled_at = "settled", now
        statement.save(update_fields=["state", "settled_at"])
        record_deed(
            actor=Actor.system("settle_statement"),
            verb="settle_statement",
            object_kind="statement",
            object_id=statement.pk,
            now=now,
            detail={"paid_out_fen": paid_out, "fee_fen": statement.fee_fen},
        )
        return True


def signed_posting(source: str, destination: str, amount_fen: int) -> list[Posting]:
    """A posting in the direction of its sign; none for zero."""
    if amount_fen == 0:
        return []
    return [Posting(source, destination, amount_fen) if amount_fen > 0 else Posting(destination, source, -amount_fen)]
