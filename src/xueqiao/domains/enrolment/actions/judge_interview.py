from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.interviews import (
    InterviewOver,
    InterviewTooEarly,
    JudgeIsClose,
    JudgesAreTwo,
)
from xueqiao.domains.enrolment.models import EntryMember, Interview, InterviewScore, InterviewSheet
from xueqiao.domains.enrolment.queries.interviews import access_interview, access_interview_row, criteria_of
from xueqiao.domains.enrolment.rules.interviews import require_sheet
from xueqiao.domains.enrolment.rules.rounds import require_list_open
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.interviews import BOOKED, JUDGED, JUDGES, InterviewView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed


def judge_interview(
    *, actor: Actor, interview_uuid: UUID, points: Mapping[int, int], words: str, now: datetime
) -> InterviewView:
    """Write one judge's sheet: points for every published criterion (by its number) and a sentence.

    Two different people judge, each without the other's sheet; with the second the interview is judged and both sheets
    are sealed. Until then a judge may write hers anew. Nobody judges herself or her family. Passes the round's gate;
    locks the interview; the constraints `sheet_two_people` and `sheet_seat_once` are the last walls.
    Raises InterviewNotFound, NotAllowed, JudgeIsClose, InterviewOver, InterviewTooEarly, JudgesAreTwo, BadSheet.
    """
    known = access_interview_row(actor=actor, interview_uuid=interview_uuid)
    if actor.person_id is None:
        raise NotAllowed
    with transaction.atomic():
        admission = pass_gate(known.entry.round_id)
        require_list_open(admission.state)
        row = (
            Interview.objects.within(EVERYTHING).select_for_update(of=("self",)).select_related("slot").get(pk=known.pk)
        )
        if row.state != BOOKED:
            raise InterviewOver
        if now < row.slot.starts_at:
            raise InterviewTooEarly(starts=when(row.slot.starts_at))
        _require_stranger(actor.person_id, row)
        criteria = {each.number: each for each in criteria_of(admission.pk)}
        words = words.strip()[:200]
        require_sheet(points, {number: each.points_max for number, each in criteria.items()}, words)
        sheets = list(InterviewSheet.objects.filter(interview=row).order_by("seat"))
        sheet = next((each for each in sheets if each.judge_id == actor.person_id), None)
        if sheet is None:
            if len(sheets) >= JUDGES:
                raise JudgesAreTwo
            sheet = InterviewSheet(interview=row, seat=len(sheets) + 1, judge_id=actor.person_id)
            sheets.append(sheet)
        sheet.words, sheet.given_at = words, now
        sheet.save()
        InterviewScore.objects.filter(sheet=sheet).delete()
        InterviewScore.objects.bulk_create(
            InterviewScore(sheet=sheet, criterion_id=criteria[number].id, points=given)
            for number, given in sorted(points.items())
        )
        if len(sheets) == JUDGES:
            given_points = InterviewScore.objects.filter(sheet__interview=row).values_list("points", flat=True)
            row.state, row.total = JUDGED, sum(given_points)
            row.save(update_fields=["state", "total"])
        record_deed(
            actor=actor,
            verb="judge_interview",
            object_kind="interview",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"seat": sheet.seat, "points": {str(number): given for number, given in points.items()}},
        )
        return access_interview(actor=actor, interview_uuid=interview_uuid)[0]


def _require_stranger(judge_id: int, row: Interview) -> None:
    members = EntryMember.objects.within(EVERYTHING).filter(entry_id=row.entry_id).values_list("person_id", flat=True)
    for person_id in members:
        if person_id == judge_id or people.are_family(judge_id, person_id) or people.are_family(person_id, judge_id):
            raise JudgeIsClose
