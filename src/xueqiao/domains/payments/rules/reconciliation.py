"""Where a gateway's list and our books disagree. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from xueqiao.domains.payments.values.reconciliation import (
    AMOUNT,
    DOUBLE,
    MISSING_HERE,
    MISSING_THERE,
    REFERENCE,
    STATE,
    FoundDifference,
    OurLine,
    TheirLine,
)

SUCCESS = "SUCCESS"


def differences_of(
    theirs: Iterable[TheirLine], ours: Iterable[OurLine], *, known_before: frozenset[tuple[str, str]] = frozenset()
) -> list[FoundDifference]:
    """Return every disagreement, in the order of the list and then of our books.

    Lines are matched by kind and our own number, never by amount or time: two people may pay the same at one minute.
    One line may disagree in several ways, and each is named. What we count for the day and the list does not have is
    missing there, unless an earlier list had it (`known_before`): a payment made just before midnight is counted here
    just after. Source: the kinds are those that the two companies' guides tell merchants to look for.
    """
    listed: dict[tuple[str, str], list[TheirLine]] = defaultdict(list)
    for line in theirs:
        listed[line.kind, line.key].append(line)
    mine = {(line.kind, line.key): line for line in ours}
    found = []
    for place, lines in listed.items():
        known = mine.get(place)
        if len(lines) > 1:
            found.append(_found(DOUBLE, known, lines[0], theirs_fen=sum(line.amount_fen for line in lines)))
        if known is None:
            found.append(_found(MISSING_HERE, None, lines[0]))
            continue
        if known.amount_fen != lines[0].amount_fen:
            found.append(_found(AMOUNT, known, lines[0]))
        if known.is_counted != (lines[0].state == SUCCESS):
            found.append(_found(STATE, known, lines[0]))
        if known.reference and lines[0].reference != known.reference:
            found.append(_found(REFERENCE, known, lines[0]))
    for place, known in mine.items():
        if known.is_counted and known.is_of_day and place not in listed and place not in known_before:
            found.append(_found(MISSING_THERE, known, None))
    return found


def _found(
    kind: str, known: OurLine | None, line: TheirLine | None, *, theirs_fen: int | None = None
) -> FoundDifference:
    named = known or line
    if named is None:
        raise ValueError("a difference is about something")
    return FoundDifference(
        kind=kind,
        line_kind=named.kind,
        key=named.key,
        order_code=named.order_code,
        reference=line.reference if line else named.reference,
        ours_fen=known.amount_fen if known else None,
        theirs_fen=theirs_fen if theirs_fen is not None else line.amount_fen if line else None,
        ours_state=known.state if known else "",
        theirs_state=line.state if line else "",
        region=known.region if known else 0,
    )
