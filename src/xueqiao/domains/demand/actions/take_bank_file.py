import re
from collections import Counter
from datetime import datetime

from django.db import transaction

from xueqiao.domains.demand.actions._orders import count_line, move, person_of
from xueqiao.domains.demand.actions.settle_order import settle_locked
from xueqiao.domains.demand.errors import BankFileBroken, BankLineChanged
from xueqiao.domains.demand.models import BankLine, Order
from xueqiao.domains.demand.queries import BILLED, FINANCE_ROLES, open_bills
from xueqiao.domains.demand.rules import UNKNOWN_ACCOUNT, entries_of, match_line
from xueqiao.domains.demand.values import BankEntry, BankFileView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

BYTES_MAX = 2_000_000


def take_bank_file(*, actor: Actor, account: str, content: bytes, region: int, now: datetime) -> BankFileView:
    """Take a bank's CSV file of money that came in; count each line that says what it is for, once.

    A line that an earlier file has brought (the bank's own number) is left alone; with another amount the whole file
    is refused. Lines nobody can place wait for a person, their money apart. All or nothing. Locks the open orders of
    the officer's unit, by id, then the ledger. Raises NotAllowed, InvalidInput, BankFileBroken,
    BankLineChanged.
    """
    people.require_role(actor, *FINANCE_ROLES, region=region)
    clean = "".join(account.split())
    if not re.fullmatch(r"[0-9A-Za-z]{4,40}", clean):
        raise InvalidInput(what="收款账号要写 4 到 40 位数字或字母")
    entries = entries_of(_text(content))
    counts: Counter[str] = Counter()
    with transaction.atomic():
        set_lock_timeout()
        within = Order.objects.within(Scope(ranges=actor.scope.ranges)).filter(state__in=BILLED)
        orders = {
            order.pk: order
            for order in within.select_related("enterprise", "course").select_for_update(of=("self",)).order_by("pk")
        }
        known = _known(clean, entries)
        fresh = [entry for entry in entries if entry.reference not in known]
        for entry in fresh:
            match = match_line(entry, open_bills(orders.values()))
            line = BankLine(
                region=region,
                account=clean,
                reference=entry.reference,
                day=entry.day,
                payer=entry.payer,
                amount_fen=entry.amount_fen,
                words=entry.words,
                kind=match.kind,
                state="counted" if match.order_id else "waiting",
                order_id=match.order_id,
                taken_by_id=person_of(actor),
                taken_at=now,
            )
            line.save(force_insert=True)
            if match.order_id:
                order = orders[match.order_id]
                count_line(line, order, from_unknown=False, now=now)
                line.save(update_fields=["counted_fen"])
                settle_locked(order, now=now)
            else:
                clearing = payments.clearing_account("transfer")
                move([(clearing, UNKNOWN_ACCOUNT, line.amount_fen)], key=f"demand:line:{line.pk}:unknown", now=now)
            counts[match.kind] += 1
        record_deed(
            actor=actor,
            verb="take_bank_file",
            object_kind="bank_file",
            object_id=None,
            now=now,
            region=region,
            detail={"account": clean[-4:], "lines": len(entries), "known": len(known), **counts},
        )
    return BankFileView(len(fresh), len(known), dict(counts), sum(entry.amount_fen for entry in fresh))


def _text(content: bytes) -> str:
    """Banks write UTF-8 or GB 18030. Raises BankFileBroken."""
    if len(content) > BYTES_MAX:
        raise InvalidInput(what="文件超过 2 MB，请分几次传")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BankFileBroken(line=1, what="文字编码看不懂，请另存为 UTF-8 的 CSV")


def _known(account: str, entries: list[BankEntry]) -> set[str]:
    """Numbers that earlier files brought. Raises BankLineChanged when one has another amount now."""
    amounts = {entry.reference: entry.amount_fen for entry in entries}
    rows = BankLine.objects.filter(account=account, reference__in=amounts).order_by("pk")
    found = dict(rows.values_list("reference", "amount_fen"))
    for reference, amount in found.items():
        if amounts[reference] != amount:
            raise BankLineChanged(reference=reference)
    return set(found)
