from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from xueqiao.domains.enrolment.actions import _draw_rows
from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.draws import sealing
from xueqiao.domains.enrolment.draws.folder import Ticket, pseudonym_of
from xueqiao.domains.enrolment.draws.publication import Frozen, FrozenRound, write_freeze
from xueqiao.domains.enrolment.errors.draws import DrawNotFound, DrawWrongState, FreezeTooLate, WishesStillOpen
from xueqiao.domains.enrolment.events import RoundFrozen
from xueqiao.domains.enrolment.models import AdmissionRound, Entry
from xueqiao.domains.enrolment.parameters import FIRST_AFTER_LOSSES
from xueqiao.domains.enrolment.queries.draws import desks_of, draw_view, folder_of
from xueqiao.domains.enrolment.queries.round_facts import entry_facts
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.draws import DRAW_STATE_WORDS, turn_of
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.draws import FREEZE_MARGIN_SECONDS, DrawView
from xueqiao.domains.enrolment.values.rounds import BUCKETS, ENTERED, FROZEN, INTERVIEW, OPEN, EntryFacts
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def freeze_round(*, actor: Actor, code: str, now: datetime) -> DrawView:
    """Close the list of a round for good and publish it, with the platform's commitment, before the public value falls.

    Weights and buckets are counted now, by the rules that stand in the round. Entries in which nobody agreed, or
    without a wish, are excluded. Freezing a frozen round changes nothing. Shuts the round's gate.
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


def _publish(row: AdmissionRound, secret: bytes, now: datetime) -> Frozen:
    desks, run_ids = desks_of(row.pk)
    codes = {run_id: code for code, run_id in run_ids.items()}
    rows: dict[int, tuple[int, int, str]] = {}
    members: list[tuple[int, int, bool]] = []
    first_after = int(row.rules.get("limits", {}).get("first_after_losses", FIRST_AFTER_LOSSES.default))

    def tickets() -> Iterator[Ticket]:
        for entry, (code, salt) in _with_salts(row.pk):
            wishes = [codes[run_id] for run_id in entry.wishes if run_id in codes]
            if not wishes:
                continue
            size = len(entry.members)
            rows[entry.entry_id] = (size, entry.weight, " ".join(entry.buckets))
            members.extend((each.person_id, each.losses, each.is_newcomer) for each in entry.members)
            turn = turn_of([each.losses for each in entry.members], first_after=first_after)
            yield Ticket(entry.entry_id, pseudonym_of(salt, code), size, entry.weight, entry.buckets, wishes, turn)

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
        tickets=tickets(),
        secret=secret,
    )
    _draw_rows.write_frozen(row.pk, ((key, n, *rows[key]) for n, key in enumerate(frozen.numbers, 1)))
    _draw_rows.write_member_facts(row.pk, members)
    return frozen


def _with_salts(round_id: int) -> Iterator[tuple[EntryFacts, tuple[str, bytes]]]:
    """What the freeze needs of every entry, beside its code and salt: two streams in the order of ids."""
    salts = (
        Entry.objects.within(Scope.everything("the freeze writes every entry's pseudonym"))
        .filter(round_id=round_id, state=ENTERED)
        .order_by("pk")
        .values_list("pk", "code", "salt")
        .iterator(chunk_size=20_000)
    )
    for entry in entry_facts(round_id):
        for entry_id, code, salt in salts:
            if entry_id == entry.entry_id:
                yield entry, (code, bytes(salt))
                break


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
