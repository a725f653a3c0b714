"""Settle a year between institutions: every claim of that year is paid, and the matrix closes to zero."""

import hashlib
from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.credits.actions.conversions.book_claims import claim_unit_name
from xueqiao.domains.credits.errors.clearing import MatrixNotClosed, SettledOtherwise, YearNotOver
from xueqiao.domains.credits.models import ClearingYear
from xueqiao.domains.credits.queries.clearing import (
    claim_units,
    clearing_closes,
    settle_postings,
    settled_pairs,
    year_files,
    year_flows,
)
from xueqiao.domains.credits.rules.clearing import CLAIMS, settle_key
from xueqiao.domains.credits.values.clearing import Settlement
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import InvalidInput

ROLES = ("province_officer", "operator")


def settle_year(*, actor: Actor, year: int, now: datetime) -> Settlement:
    """Settle a year that is over and return it with its files; again it gives the same bytes and moves nothing.

    What counts is when a claim was booked: one that is told late belongs to the year in which it came. So that no claim
    of the year is still being written, the second day of the next year is the first it may be done. Serialised. Raises
    NotAllowed, InvalidInput, YearNotOver, MatrixNotClosed, SettledOtherwise.
    """
    people.require_role(actor, *ROLES)
    if not 2020 <= year <= 2100:
        raise InvalidInput(what="年份要在 2020 到 2100 之间")
    first = date(year + 1, 1, 2)
    if local_date(now) < first:
        raise YearNotOver(year=year, day=first)
    with transaction.atomic():
        lock(LockSpace.LEDGER_UNIT, [2])
        if not clearing_closes():
            raise MatrixNotClosed
        nets, entries = {}, 0
        for unit in claim_units():
            nets[unit], count = year_flows(unit, year)
            entries += count
        pairs = settled_pairs(nets)
        files = year_files(year, pairs)
        sha256 = hashlib.sha256(files["SHA256SUMS"]).hexdigest()
        known = ClearingYear.objects.filter(year=year).first()
        if known is not None:
            if (known.sha256, known.entries) != (sha256, entries):
                raise SettledOtherwise(year=year)
            return Settlement(year, entries, pairs, files, sha256, is_first=False)
        for unit, of_unit in nets.items():
            ledger.open_unit(unit, claim_unit_name("CREDIT." + unit.removeprefix("CLAIM.")), 2, sources=(CLAIMS,))
            ledger.post_transfers(
                [
                    ledger.TransferDraft(
                        unit,
                        (ledger.Posting(source, destination, amount),),
                        settle_key(year, pair),
                        {"deed": "settle_claims", "year": year},
                    )
                    for pair, source, destination, amount in settle_postings(of_unit)
                ],
                now=now,
            )
        row = ClearingYear.objects.create(
            year=year, entries=entries, sha256=sha256, settled_by_id=actor.person_id, settled_at=now
        )
        record_deed(
            actor=actor,
            verb="settle_year",
            object_kind="clearing_year",
            object_id=row.pk,
            now=now,
            detail={"year": year, "entries": entries, "pairs": len(pairs), "sha256": sha256},
        )
    return Settlement(year, entries, pairs, files, sha256, is_first=True)
