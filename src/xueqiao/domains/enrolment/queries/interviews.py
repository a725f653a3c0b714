"""Reads of interviews."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from xueqiao.domains.enrolment.errors.interviews import InterviewNotFound, NotAnInterview
from xueqiao.domains.enrolment.models import (
    AdmissionRound,
    EntryMember,
    Interview,
    InterviewCriterion,
    InterviewSheet,
    InterviewSlot,
)
from xueqiao.domains.enrolment.queries.rounds import access_entry_row, access_round
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.values.interviews import (
    BOOKED,
    JUDGED,
    CriterionView,
    InterviewView,
    SheetView,
    SlotView,
)
from xueqiao.domains.enrolment.values.rounds import AGREED, INTERVIEW, OPEN, RoundView
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("interviews of one round, checked by the caller")


def require_interviews(shown: RoundView) -> None:
    """Raise NotAnInterview unless the round admits by interview."""
    if shown.mode != INTERVIEW:
        raise NotAnInterview


def criteria_of(round_id: int) -> list[CriterionView]:
    """The published criteria of a round, in order."""
    rows = InterviewCriterion.objects.filter(round_id=round_id).order_by("number")
    return [CriterionView(each.pk, each.number, each.name, each.words, each.points_max) for each in rows]


def slot_view(slot: InterviewSlot) -> SlotView:
    """A slot with its class; load round_run and run with it."""
    return SlotView(
        uuid=slot.uuid,
        run_id=slot.round_run.run_id,
        run_title=slot.round_run.run.title,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        where=slot.where,
        capacity=slot.capacity,
        taken=slot.taken,
    )


def slots_of(round_id: int) -> list[SlotView]:
    """All slots of a round, by class and time; at most 500."""
    rows = (
        InterviewSlot.objects.within(_EVERYTHING)
        .filter(round_run__round_id=round_id)
        .select_related("round_run__run")
        .order_by("round_run__run__code", "starts_at", "pk")[:500]
    )
    return [slot_view(slot) for slot in rows]


def slots_for(*, actor: Actor, entry_uuid: UUID, now: datetime) -> list[SlotView]:
    """Times still ahead at the class an entry wishes for, for those who may see the entry. Raises EntryNotFound."""
    entry = access_entry_row(actor=actor, entry_uuid=entry_uuid)
    wanted = entry.wishes.order_by("rank").values_list("run_id", flat=True)[:1]
    rows = (
        InterviewSlot.objects.within(_EVERYTHING)
        .filter(round_run__round_id=entry.round_id, round_run__run_id__in=list(wanted), starts_at__gt=now)
        .select_related("round_run__run")
        .order_by("starts_at", "pk")[:200]
    )
    return [slot_view(slot) for slot in rows]


def find_interview_of(*, actor: Actor, entry_uuid: UUID) -> InterviewView | None:
    """The interview of an entry for those who may see it. Points and words only once the results are public."""
    entry = access_entry_row(actor=actor, entry_uuid=entry_uuid)
    row = _rows().filter(entry=entry).first()
    if row is None:
        return None
    is_public = AdmissionRound.objects.filter(pk=entry.round_id).exclude(state=OPEN).exists()
    return _views([row], with_sheets=is_public)[0]


def interviews_of(*, actor: Actor, code: str, now: datetime) -> list[InterviewView]:
    """The interviews of a round for its staff, by time; sheets only of those that are judged. At most 500."""
    shown = access_round(actor=actor, code=code, now=now)
    rows = _rows().filter(entry__round_id=shown.id).order_by("slot__starts_at", "pk")[:500]
    return _views(list(rows), with_sheets=True)


def access_interview_row(*, actor: Actor, interview_uuid: UUID) -> Interview:
    """One interview for who may judge it: desk staff of the unit, or the teacher of the class. InterviewNotFound."""
    row = _rows().filter(uuid=interview_uuid).first()
    if row is None:
        raise InterviewNotFound
    is_teacher = actor.person_id is not None and row.slot.round_run.run.teacher_id == actor.person_id
    is_desk = actor.has_role(*STAFF_ROLES) and actor.scope.has_region(row.region)
    if not (actor.scope.everything_because or is_teacher or is_desk):
        raise InterviewNotFound
    return row


def access_interview(*, actor: Actor, interview_uuid: UUID) -> tuple[InterviewView, SheetView | None]:
    """As above, as a view without the other's sheet, and the actor's own sheet, if she has written one."""
    row = access_interview_row(actor=actor, interview_uuid=interview_uuid)
    own = [each for each in sheets_of([row.pk]).get(row.pk, ()) if each.judge_id == actor.person_id]
    return _views([row], with_sheets=False)[0], own[0] if own else None


def round_code_of(interview_uuid: UUID) -> str:
    """The code of the round an interview belongs to, "" when there is no such interview."""
    codes = Interview.objects.within(_EVERYTHING).filter(uuid=interview_uuid)
    return codes.values_list("entry__round__code", flat=True).first() or ""


def interviews_left(round_id: int) -> int:
    """How many booked interviews are not judged yet."""
    return Interview.objects.within(_EVERYTHING).filter(entry__round_id=round_id, state=BOOKED).count()


def sheets_of(interview_ids: Iterable[int]) -> dict[int, list[SheetView]]:
    """Sheets by interview, in order of their seats."""
    rows = (
        InterviewSheet.objects.filter(interview_id__in=list(interview_ids))
        .select_related("judge")
        .prefetch_related("scores__criterion")
        .order_by("interview_id", "seat")
    )
    found: dict[int, list[SheetView]] = {}
    for row in rows:
        points = {score.criterion.number: score.points for score in row.scores.all()}
        sheet = SheetView(row.judge_id, row.judge.name, row.words, points, row.given_at)
        found.setdefault(row.interview_id, []).append(sheet)
    return found


def _rows():  # type: ignore[no-untyped-def]
    return Interview.objects.within(_EVERYTHING).select_related("slot__round_run__run", "entry")


def _views(rows: Sequence[Interview], *, with_sheets: bool) -> list[InterviewView]:
    members = (
        EntryMember.objects.within(_EVERYTHING)
        .filter(entry_id__in=[row.entry_id for row in rows])
        .exclude(state="declined")
        .select_related("person")
        .order_by("-pk")
    )
    persons = {member.entry_id: member.person for member in members}
    persons |= {member.entry_id: member.person for member in members if member.state == AGREED}
    sheets = sheets_of(row.pk for row in rows)
    return [
        InterviewView(
            uuid=row.uuid,
            entry_id=row.entry_id,
            entry_uuid=row.entry.uuid,
            entry_code=row.entry.code,
            person_id=persons[row.entry_id].pk,
            person_name=persons[row.entry_id].name,
            state=row.state,
            slot=slot_view(row.slot),
            sheets_given=len(sheets.get(row.pk, ())),
            total=row.total if with_sheets else None,
            sheets=tuple(sheets.get(row.pk, ())) if with_sheets and row.state == JUDGED else (),
        )
        for row in rows
    ]
