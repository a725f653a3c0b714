"""Reads of claims between institutions: who stands how with whom, a month of one, a year of all."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from xueqiao.domains.credits.queries.agreements import READING_ROLES, SIGNING_ROLES
from xueqiao.domains.credits.rules.clearing import (
    BOOKED,
    CLAIMS,
    REVERSED,
    SETTLED,
    Pair,
    claim_account,
    is_antisymmetric,
    nets_of,
    pair_of,
    positions_of,
)
from xueqiao.domains.credits.values.amounts import credits_text, unit_name
from xueqiao.domains.credits.values.clearing import (
    ClearingLine,
    ClearingStatement,
    Counterpart,
    SettledPair,
)
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import NotFound

KINDS = {BOOKED: "book", REVERSED: "reverse", SETTLED: "settle"}


def claim_units() -> tuple[str, ...]:
    """Return the ledger units in which institutions hold claims."""
    return ledger.units_named("CLAIM.")


def credit_unit_name(claim_unit: str) -> str:
    """Return what is claimed, for people: "CLAIM.degree" -> "学历教育学分"."""
    return unit_name("CREDIT." + claim_unit.removeprefix("CLAIM."))


def clearing_closes() -> bool:
    """True when, in every unit, what A claims from B is what B owes A (invariant I8)."""
    return all(is_antisymmetric(ledger.balances_of_family(unit, CLAIMS)) for unit in claim_units())


def access_clearing_parties(*, actor: Actor, now: datetime) -> tuple[institutions.InstitutionView, ...]:
    """Return the institutions whose statement the actor may read: a clerk's own, an officer's with any claims.

    Raises NotAllowed.
    """
    people.require_role(actor, *READING_ROLES)
    own = {duty.institution_id for duty in actor.duties if duty.role in READING_ROLES} - {None}
    ids: set[int] = {each for each in own if each is not None}
    if actor.has_role(*SIGNING_ROLES):
        for unit in claim_units():
            ids |= {pair_of(account)[0] for account in ledger.balances_of_family(unit, CLAIMS)}
    found = institutions.institutions_by_id(ids).values()
    fit = [each for each in found if each.id in own or actor.scope.has_region(each.region)]
    return tuple(sorted(fit, key=lambda each: (each.id not in own, each.name, each.code)))


def access_clearing_statement(*, actor: Actor, institution_code: str, month: date, now: datetime) -> ClearingStatement:
    """Return a month of an institution, every entry in order. month: its first day.

    For its own clerk and officers above it. Raises NotAllowed, NotFound.
    """
    mine = {each.code: each for each in access_clearing_parties(actor=actor, now=now)}.get(institution_code)
    if mine is None:
        raise NotFound
    since = at_local(month.replace(day=1), 0)
    until = at_local(_next_month(month), 0)
    counterparts: list[Counterpart] = []
    lines: list[ClearingLine] = []
    prefix = f"{CLAIMS}{mine.id}:on:"
    families = {
        unit: (ledger.balances_of_family(unit, prefix), ledger.lines_of_family(unit, prefix, since=since))
        for unit in claim_units()
    }
    others = institutions.institutions_by_id(
        {pair_of(account)[1] for balances, _ in families.values() for account in balances}
    )
    for unit, (balances, later) in families.items():
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for line in later:
            kind = next(kind for key, kind in KINDS.items() if line.key.startswith(key))
            sums[line.account]["since"] += line.amount
            if line.at >= until:
                continue
            sums[line.account][kind] += line.amount
            other = others[pair_of(line.account)[1]]
            reference = line.memo.get("conversion") or str(line.memo.get("year", ""))
            lines.append(
                ClearingLine(
                    at=line.at,
                    unit_name=credit_unit_name(unit),
                    code=other.code,
                    name=other.name,
                    kind=kind,
                    reference=reference,
                    amount_hundredths=line.amount,
                    agreement=line.memo.get("agreement", ""),
                )
            )
        for account, now_hundredths in balances.items():
            moved = sums[account]
            before = now_hundredths - moved["since"]
            after = before + moved["book"] + moved["reverse"] + moved["settle"]
            if not any((before, after, moved["book"], moved["reverse"], moved["settle"])):
                continue
            other = others[pair_of(account)[1]]
            counterparts.append(
                Counterpart(
                    unit_name=credit_unit_name(unit),
                    code=other.code,
                    name=other.name,
                    before_hundredths=before,
                    booked_hundredths=moved["book"],
                    reversed_hundredths=moved["reverse"],
                    settled_hundredths=moved["settle"],
                    after_hundredths=after,
                )
            )
    counterparts.sort(key=lambda each: (each.name, each.code, each.unit_name))
    return ClearingStatement(mine.code, mine.name, month.replace(day=1), tuple(counterparts), tuple(lines))


def statement_csv(statement: ClearingStatement) -> bytes:
    """Return every entry of a statement as CSV for Excel: amounts above zero are to be received."""
    words = {"book": "转换", "reverse": "撤销转换", "settle": "年终结清"}
    rows = (
        (
            f"{local_date(line.at):%Y-%m-%d}",
            line.code,
            line.name,
            words[line.kind],
            line.unit_name,
            _signed(line.amount_hundredths),
            line.reference,
            line.agreement,
        )
        for line in statement.lines
    )
    head = ("日期", "对方编号", "对方", "事由", "学分", "应收（负数为应付）", "转换编号", "协议")
    return "\ufeff".encode() + _csv(head, rows)


# -- a year ---------------------------------------------------------------------------------------------------------


def year_flows(unit: str, year: int) -> tuple[dict[Pair, int], int]:
    """Return what each institution claims from each other for a year in one unit, and how many entries that sums."""
    since, until = at_local(date(year, 1, 1), 0), at_local(date(year + 1, 1, 1), 0)
    flows = [
        flow
        for prefix in (BOOKED, REVERSED)
        for flow in ledger.flows_between(unit, since=since, until=until, key_prefix=prefix)
    ]
    nets = nets_of((flow.source, flow.destination, flow.amount) for flow in flows)
    return nets, sum(flow.count for flow in flows)


def settled_pairs(nets: dict[str, dict[Pair, int]]) -> tuple[SettledPair, ...]:
    """Return a year's nets with the institutions' codes, by unit and code. nets: by unit."""
    ids = {each for pairs in nets.values() for pair in pairs for each in pair}
    codes = {key: each.code for key, each in institutions.institutions_by_id(ids).items()}
    pairs = [
        SettledPair(unit, codes[creditor], codes[debtor], amount)
        for unit, of_unit in nets.items()
        for (creditor, debtor), amount in of_unit.items()
    ]
    return tuple(sorted(pairs, key=lambda each: (each.unit, each.creditor_code, each.debtor_code)))


def year_files(year: int, pairs: Sequence[SettledPair]) -> dict[str, bytes]:
    """Return the files of a settlement. Codes and whole hundredths only: a rerun gives the same bytes.

    pairs: who is to receive how much from whom; positions: per institution; SHA256SUMS: of both.
    """
    numbers = {code: n for n, code in enumerate(sorted({c for p in pairs for c in (p.creditor_code, p.debtor_code)}))}
    names = list(numbers)
    positions = [
        (unit, names[each], receives, pays, receives - pays)
        for unit in sorted({pair.unit for pair in pairs})
        for each, (receives, pays) in positions_of(
            {(numbers[p.creditor_code], numbers[p.debtor_code]): p.amount_hundredths for p in pairs if p.unit == unit}
        ).items()
    ]
    files = {
        f"pairs-{year}.csv": _csv(
            ("unit", "creditor", "debtor", "hundredths"),
            ((p.unit, p.creditor_code, p.debtor_code, p.amount_hundredths) for p in pairs),
        ),
        f"positions-{year}.csv": _csv(("unit", "institution", "receives", "pays", "net"), positions),
    }
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in files.items())
    return {**files, "SHA256SUMS": sums.encode()}


def settle_postings(nets: dict[Pair, int]) -> Iterable[tuple[Pair, str, str, int]]:
    """Return for each pair the posting that pays a year's claim: out of the creditor's account, into the debtor's."""
    for (creditor, debtor), amount in nets.items():
        yield (creditor, debtor), claim_account(creditor, debtor), claim_account(debtor, creditor), amount


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _signed(hundredths: int) -> str:
    return ("-" if hundredths < 0 else "") + credits_text(abs(hundredths))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
