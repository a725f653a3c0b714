from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from xueqiao.domains.enrolment.actions import _draw_rows
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.draws import sealing
from xueqiao.domains.enrolment.draws.folder import tail_of
from xueqiao.domains.enrolment.draws.publication import Frozen, FrozenRound, write_freeze
from xueqiao.domains.enrolment.errors.draws import DrawNotFound, DrawWrongState, FreezeTooLate, WishesStillOpen
from xueqiao.domains.enrolment.events import RoundFrozen
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun, SeatQuota
from xueqiao.domains.enrolment.parameters import FIRST_AFTER_LOSSES
from xueqiao.domains.enrolment.queries.draws import desks_of, draw_view, folder_of
from xueqiao.domains.enrolment.queries.returns import live_claims, quotas_of
from xueqiao.domains.enrolment.queries.round_facts import entry_rows
from xueqiao.domains.enrolment.queries.rounds import seats_to_draw
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.draws import DRAW_STATE_WORDS, turn_of
from xueqiao.domains.enrolment.rules.returns import quotas_after
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.draws import FREEZE_MARGIN_SECONDS, DrawView
from xueqiao.domains.enrolment.values.rounds import BUCKETS, FROZEN, INTERVIEW, OPEN
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def freeze_round(*, actor: Actor, code: str, now: datetime) -> DrawView:
    """Close the list of a round for good and publish it, with the platform's commitment, before the public value falls.

    What learners who go on did not keep is drawn. Weights and buckets are counted now, by the rules that stand in the
    round. Entries in which nobody agreed, or without a wish, are excluded. Freezing a frozen round changes nothing.
    Shuts the round's gate.
    Raises NotAllowed, DrawNotFound, DrawWrongState, WishesStillOpen or FreezeTooLate.
    """
    with transaction.atomic():
        row = lock_round(actor, code)
        if row.state == FROZEN:
            return draw_view(row)
        if row.state != OPEN or row.mode == INTERVIEW:
            raise DrawWrongState(state_words=DRAW_STATE_WORDS[row.state])
        if now < row.wishes_close_at:
            raise WishesStillOpen(closes=when(row.wishes_close_at))
        if now >= row.source_due_at - timedelta(seconds=FREEZE_MARGIN_SECONDS):
            raise FreezeTooLate(due=when(row.source_due_at))
        _settle_seats(row.pk, now)
        secret = sealing.new_secret()
        frozen = _publish(row, secret, now)
        excluded = _draw_rows.exclude_unnumbered(row.pk, now=now)
        _close(row, frozen, secret, now)
        record_event(
            RoundFrozen(row.pk, row.region, frozen.list_hash.hex(), frozen.list_root.hex(), frozen.count),
            region=row.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="freeze_round",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={
                "code": row.code,
                "entries": frozen.count,
                "people": frozen.people,
                "excluded": excluded,
                "list_sha256": frozen.list_hash.hex(),
                "freeze_sha256": frozen.freeze_hash.hex(),
                "commitment": frozen.commitment.hex(),
            },
        )
        return draw_view(row)


def lock_round(actor: Actor, code: str) -> AdmissionRound:
    """Return the round, its gate shut, for staff of its unit. Needs a transaction. Raises NotAllowed, DrawNotFound."""
    people.require_role(actor, *STAFF_ROLES)
    known = AdmissionRound.objects.filter(code=code[:16]).values_list("pk", "region").first()
    if known is None:
        raise DrawNotFound
    people.require_role(actor, *STAFF_ROLES, region=known[1])
    return shut_gate(known[0])


def _settle_seats(round_id: int, now: datetime) -> None:
    """What the draw hands out: the planned seats less those that learners who go on kept, and no more than free."""
    for run_id in RoundRun.objects.filter(round_id=round_id).order_by("run_id").values_list("run_id", flat=True):
        expire_run_holds(run_id=run_id, now=now)
    seats, claims = seats_to_draw(round_id), live_claims(round_id)
    for one in RoundRun.objects.filter(round_id=round_id):
        planned = quotas_of(one.pk)
        kept = quotas_after(seats[one.run_id], planned, claims.get(one.run_id, 0))
        if one.seats != seats[one.run_id]:
            one.seats = seats[one.run_id]
            one.save(update_fields=["seats"])
        for bucket in planned:
            if bucket not in kept:
                SeatQuota.objects.filter(round_run=one, bucket=bucket).delete()
            elif kept[bucket] != planned[bucket]:
                SeatQuota.objects.filter(round_run=one, bucket=bucket).update(seats=kept[bucket])


def _publish(row: AdmissionRound, secret: bytes, now: datetime) -> Frozen:
    desks, run_ids = desks_of(row.pk)
    first_after = int(row.rules.get("limits", {}).get("first_after_losses", FIRST_AFTER_LOSSES.default))
    frozen = write_freeze(
        folder_of(row.code),
        round_=FrozenRound(
            code=row.code,
            title=row.title,
            institution=institutions.get_institution_by_id(row.institution_id).name,
            rules=row.rules | {"first_after_losses": first_after},
            wishes_closed_at=row.wishes_close_at,
            frozen_at=now,
            source_kind=row.source_kind,
            source_name=row.source_name,
            source_due_at=row.source_due_at,
        ),
        desks=desks,
        buckets=BUCKETS,
        rows=_rows(row.pk, {str(run_id): code for code, run_id in run_ids.items()}, first_after),
        secret=secret,
    )
    _draw_rows.write_lines(row.pk, frozen.keys)
    return frozen


def _rows(round_id: int, codes: dict[str, str], first_after: int) -> Iterator[str]:
    """The tickets of a round as the published list takes them (`folder.row_of`), known by what their rows will say
    (`_draw_rows.write_lines`). codes: of the classes in the draw, by run id as text."""
    tails: dict[int, tuple[str, str]] = {}
    for entry_id, pseudonym, party, wishes in entry_rows(round_id):
        wanted = " ".join([codes[run_id] for run_id in wishes.split(" ") if run_id in codes])
        if not wanted:
            continue
        known = tails.get(party.number)
        if known is None:
            turn = turn_of([member.losses for member in party.members], first_after=first_after)
            tail = tail_of(len(party.members), party.weight, turn, party.buckets)
            known = tails[party.number] = (tail, _draw_rows.facts_text(party.members))
        yield f"{pseudonym},{known[0]}{wanted}\t{known[1]}\t{entry_id}"


def _close(row: AdmissionRound, frozen: Frozen, secret: bytes, now: datetime) -> None:
    row.state, row.frozen_at, row.entry_count = FROZEN, now, frozen.count
    row.list_hash, row.list_root, row.freeze_hash = frozen.list_hash, frozen.list_root, frozen.freeze_hash
    row.commitment = frozen.commitment
    row.sealed_secret = sealing.seal(secret, server_secret=settings.SECRET_KEY, round_code=row.code)
    row.save(
        update_fields=[
            *("state", "frozen_at", "entry_count", "list_hash", "list_root", "freeze_hash"),
            *("commitment", "sealed_secret"),
        ]
    )
