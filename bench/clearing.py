"""A year between a hundred institutions: a million entries settled, the matrix closed, the same bytes again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from bench.harness import LOWER, Result, bench, result

ENTRIES, SCHOOLS = 1_000_000, 100  # trust goal R-16


@bench("credits.clearing")
def clearing() -> Iterator[Result]:
    """Seconds to settle the year, and to work it out again; raises where the matrix stays open or a byte differs."""
    from tests.domains.credits.many_claims import UNIT, YEAR, build_claims

    from xueqiao.domains.credits import api as credit_bank
    from xueqiao.foundation.audit.values import Actor
    from xueqiao.foundation.clock import at_local
    from xueqiao.foundation.ledger import api as ledger

    start = time.perf_counter()
    build_claims(ENTRIES, SCHOOLS)
    yield result(f"clearing, {ENTRIES:,} entries built in sets", [time.perf_counter() - start], "s")
    spent, told = [], []
    for day in (5, 6, 7):
        start = time.perf_counter()
        now = at_local(date(YEAR + 1, 1, day), 9)
        told.append(credit_bank.settle_year(actor=Actor.system("bench"), year=YEAR, now=now))
        spent.append(time.perf_counter() - start)
    if not all(each.files == told[0].files for each in told) or told[0].entries != ENTRIES:
        raise RuntimeError("a rerun gave other bytes")
    if set(ledger.balances_of_family(UNIT, "claims:").values()) != {0}:
        raise RuntimeError("the matrix is not closed")
    pairs = len(told[0].pairs)
    yield result(f"clearing, {ENTRIES:,} entries settled into {pairs:,} pairs", spent[:1], "s", aim=60.0, better=LOWER)
    yield result("clearing, worked out again to the same bytes", spent[1:], "s", aim=60.0, better=LOWER)
