from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import token_bytes

from django.db import IntegrityError, connection, transaction

from xueqiao.domains.enrolment.actions._entries import (
    EVERYTHING,
    record_entry_deed,
    require_all_eligible,
    wishes_of,
    write_wishes,
)
from xueqiao.domains.enrolment.admission import rounds, seats
from xueqiao.domains.enrolment.errors.rounds import AlreadyEntered, RoundNotFound
from xueqiao.domains.enrolment.errors.seats import RequestKeyReused
from xueqiao.domains.enrolment.events import RoundEntered
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember
from xueqiao.domains.enrolment.queries.rounds import entry_view
from xueqiao.domains.enrolment.rules.rounds import entry_code, require_list_open, require_takes_wishes
from xueqiao.domains.enrolment.values.rounds import AGREED, PLANNED, EntryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput


@dataclass(frozen=True)
class _Form:
    actor: Actor
    round_id: int
    person_id: int
    run_ids: tuple[int, ...]
    request_key: str
    channel: str
    is_late: bool = False


def enter_round(
    *,
    actor: Actor,
    round_code: str,
    person_id: int,
    run_ids: Sequence[int],
    request_key: str,
    channel: str,
    now: datetime,
) -> EntryView:
    """Enter one person into a round with ranked wishes, the dearest first. When in the window does not matter.

    One kind of entry whatever the channel (web, counter, phone, paper, api). Idempotent: the same request_key of the
    same actor with the same content returns the entry as it stands; with other content it is refused. One ticket per
    person and round (`member_one_ticket_a_round`). Locks: the round's gate (shared), the person.
    Raises RoundNotFound, RoundNotTaking, WishesNotOpenYet, WishesClosed, AlreadyEntered, BadWishes, a reason of
    eligibility (HomeOutside, AgeOutside, SignatureMissing, HealthPaperMissing, TooManyRepeats, TermLimitReached,
    AlreadyEnrolled, TimeClash), RequestKeyReused, or what require_may_act_for raises.
    """
    if not 1 <= len(request_key) <= 64:
        raise InvalidInput(what="表单编号不对")
    known = AdmissionRound.objects.filter(code=round_code[:16]).exclude(state=PLANNED).only("pk").first()
    if known is None:
        raise RoundNotFound
    form = _Form(actor, known.pk, person_id, tuple(run_ids), request_key, channel)
    return with_one_ticket(partial(make_entry, form, now=now))


def require_may_enter(
    *, actor: Actor, round_code: str, person_id: int, run_ids: Sequence[int], request_key: str, now: datetime
) -> None:
    """Raise what enter_round would raise; enter nothing. For the dry run of a heap of forms.

    A form that is in already (same key) may be entered again: it is the same ticket.
    """
    known = AdmissionRound.objects.filter(code=round_code[:16]).exclude(state=PLANNED).only("pk").first()
    if known is None:
        raise RoundNotFound
    form = _Form(actor, known.pk, person_id, tuple(run_ids), request_key, "paper")
    with transaction.atomic():
        _check(form, now)


def enter_late(
    *, actor: Actor, round_id: int, person_id: int, run_ids: Sequence[int], request_key: str, now: datetime
) -> EntryView:
    """The same for a form stamped before the close that a second person accepted: any time before the freeze.

    Needs an open transaction; only `decide_late_entry` calls it.
    """
    return make_entry(_Form(actor, round_id, person_id, tuple(run_ids), request_key, "paper", is_late=True), now=now)


def with_one_ticket(deed: partial[EntryView]) -> EntryView:
    """Run the deed; where the constraint was faster than the check, say in words that there is a ticket already."""
    try:
        return seats.with_patience(deed)
    except IntegrityError as failure:
        constraint = getattr(getattr(failure.__cause__, "diag", None), "constraint_name", "")
        if connection.in_atomic_block:
            raise
        if constraint == "member_one_ticket_a_round":
            raise AlreadyEntered(name="") from failure
        if constraint == "entry_request_once":
            raise RequestKeyReused from failure
        raise


def make_entry(form: _Form, *, now: datetime) -> EntryView:
    earlier, admission, authority = _check(form, now)
    return earlier if earlier is not None else _write(form, admission, authority, now)


def _check(form: _Form, now: datetime) -> tuple[EntryView | None, AdmissionRound, str]:
    """Pass the gate, take the person's lock, ask every rule. Returns the entry this form made before, if it did."""
    authority = people.require_may_act_for(form.actor, form.person_id, now=now)
    admission = rounds.pass_gate(form.round_id)
    earlier = _find_by_key(form)
    if earlier is not None:
        return earlier, admission, authority
    if form.is_late:
        require_list_open(admission.state)
    else:
        require_takes_wishes(admission.state, admission.wishes_open_at, admission.wishes_close_at, now=now)

    # From here on nothing about this person can change under us.
    lock(LockSpace.PERSON_TIMETABLE, [form.person_id])
    earlier = _find_by_key(form)  # a double press waited for the lock above
    if earlier is not None:
        return earlier, admission, authority
    mine = EntryMember.objects.within(EVERYTHING).filter(round_id=form.round_id, person_id=form.person_id, state=AGREED)
    if mine.exists():
        raise AlreadyEntered(name=people.access_person(Actor.system("enter_round"), form.person_id).name)
    require_all_eligible(admission, [form.person_id], form.run_ids, now=now)
    return None, admission, authority


def _write(form: _Form, admission: AdmissionRound, authority: str, now: datetime) -> EntryView:
    entry_id = _next_id()
    entry = Entry.objects.create(
        id=entry_id,
        code=entry_code(entry_id),
        round_id=form.round_id,
        region=admission.region,
        leader_id=form.person_id,
        channel=form.channel,
        entered_by_id=form.actor.person_id,
        request_key=form.request_key,
        entered_at=now,
        salt=token_bytes(16),
    )
    EntryMember.objects.create(
        entry=entry, round_id=form.round_id, person_id=form.person_id, state=AGREED, answered_at=now
    )
    write_wishes(entry, form.run_ids)
    record_event(
        RoundEntered(entry.pk, form.round_id, form.person_id, entry.region, form.channel),
        region=entry.region,
        now=now,
    )
    record_entry_deed(
        entry,
        "enter_round",
        actor=form.actor,
        person_id=form.person_id,
        now=now,
        detail={"authority": authority, "channel": form.channel, "runs": list(form.run_ids), "late": form.is_late},
    )
    fresh = Entry.objects.within(EVERYTHING).get(pk=entry.pk)
    return entry_view(fresh)


def _find_by_key(form: _Form) -> EntryView | None:
    row = (
        Entry.objects.within(EVERYTHING)
        .filter(entered_by_id=form.actor.person_id, request_key=form.request_key)
        .first()
    )
    if row is None:
        return None
    if (row.round_id, row.leader_id) != (form.round_id, form.person_id):
        raise RequestKeyReused
    if row.wishes_changed_at is None and wishes_of(row) != list(form.run_ids):
        raise RequestKeyReused
    return entry_view(row)


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('enrolment_entry', 'id'))")
        return int(cursor.fetchone()[0])
