"""面谈：居民约时间、看结果；工作人员写标准、排时间、打分、公布。 Two judges, each without the other's sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import RESIDENT, STAFF, actor_of, open_to
from xueqiao.channels.web.rounds import words
from xueqiao.channels.web.rounds.staff import DESK, local_moment
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, Refused

JUDGE = STAFF("teacher", people.CENTRE_CLERK, people.COUNTY_OFFICER)
CRITERIA_ROWS = 5
STATES = {
    "booked": (gettext_lazy("约好了"), "info"),
    "missed": (gettext_lazy("没来"), "bad"),
    "judged": (gettext_lazy("两人都打了分"), "good"),
}
ENDED = {
    "no_interview": gettext_lazy("没有约面谈时间，这一轮没有录取。"),
    "interview_missed": gettext_lazy("约的时间没有来，这一轮没有录取。"),
    "interview_failed": gettext_lazy("面谈没有通过。老师的评语在下面，可以看看别的班，或下学期再来。"),
}


# --- for residents -------------------------------------------------------------------------------------------------


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """约面谈: one press on a time takes it; another press moves it."""
    actor, now = actor_of(request), clock.now()
    entry = enrolment.access_entry(actor=actor, entry_uuid=entry_uuid)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            enrolment.book_interview(
                actor=actor, entry_uuid=entry_uuid, slot_uuid=_uuid(request.POST.get("slot", "")), now=now
            )
        except Refused as reason:
            if reason.code not in {"slot_full", "slot_past", "slot_not_found", "interview_over"}:
                raise
            refusal = reason
        else:
            messages.success(request, _("约好了。有事可以换时间，面谈开始前都行。"))
            return redirect("rounds_entry", entry_uuid=entry_uuid)
    return render(
        request,
        "rounds/interview.html",
        {
            "here": "mine",
            "entry": entry,
            "shown": enrolment.get_round_by_id(entry.round_id, now=now),
            "interview": enrolment.find_interview_of(actor=actor, entry_uuid=entry_uuid),
            "slots": enrolment.slots_for(actor=actor, entry_uuid=entry_uuid, now=now),
            "refusal": refusal.message if refusal else "",
        },
        status=refusal.status if refusal else 200,
    )


def entry_context(actor: Actor, entry: enrolment.EntryView, shown: enrolment.RoundView) -> dict[str, Any]:
    """What an entry's page shows of its interview."""
    if shown.mode != "interview":
        return {}
    found = enrolment.find_interview_of(actor=actor, entry_uuid=entry.uuid)
    return {
        "is_interview": True,
        "interview": found,
        "interview_ended": ENDED.get(entry.end_reason, ""),
        "points_most": 2 * sum(each.points_max for each in enrolment.criteria_of(shown.id)),
    }


# --- for the desk and the judges -----------------------------------------------------------------------------------


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """标准、时间、名单、公布: everything about a round's interviews on one page."""
    actor, now = actor_of(request), clock.now()
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _pressed(request, actor, code, now))
            return redirect("rounds_interviews", code=code)
        except Refused as reason:
            if reason.status >= 500 or reason.status == 404:
                raise
            refusal = reason
    shown = enrolment.access_round(actor=actor, code=code, now=now)
    criteria = enrolment.criteria_of(shown.id)
    rows = enrolment.interviews_of(actor=actor, code=code, now=now) if shown.mode == "interview" else []
    return render(
        request,
        "rounds/interviews.html",
        {
            "shown": shown,
            "state": words.state_of(shown, now),
            "criteria": criteria,
            "criteria_rows": _criteria_rows(criteria, request),
            "points_most": 2 * sum(each.points_max for each in criteria),
            "pass_percent": shown.rules.get("interview_pass_percent"),
            "slots": enrolment.slots_of(shown.id),
            "rows": [{"row": row, "state": STATES[row.state], "has_begun": row.slot.starts_at <= now} for row in rows],
            "left": sum(row.state == "booked" for row in rows),
            "may_publish": shown.state == "open" and now >= shown.wishes_close_at,
            "refusal": refusal.message if refusal else "",
        },
        status=refusal.status if refusal else 200,
    )


def _pressed(request: HttpRequest, actor: Actor, code: str, now: datetime) -> str:
    """Do what the pressed button says; return what is said about it."""
    step = request.POST.get("step", "")
    if step == "criteria":
        enrolment.write_criteria(actor=actor, code=code, criteria=_criteria(request), now=now)
        return _("打分标准存好了，开放以后居民都看得到。")
    if step == "slots":
        enrolment.add_interview_slots(
            actor=actor,
            code=code,
            run_id=_number(request.POST.get("run", "")),
            starts_at=local_moment(request.POST.get("starts_at", "")),
            minutes=_number(request.POST.get("minutes", "")),
            count=_number(request.POST.get("count", "")),
            capacity=_number(request.POST.get("capacity", "")),
            where=request.POST.get("where", ""),
            now=now,
        )
        return _("面谈时间加好了，报名的人可以约。")
    if step == "missed":
        enrolment.miss_interview(actor=actor, interview_uuid=_uuid(request.POST.get("interview", "")), now=now)
        return _("记下了：没来。要再约，可以到他的志愿里换时间。")
    if step == "publish":
        enrolment.publish_interviews(actor=actor, code=code, now=now)
        return _("结果公布了：按打分先后通知座位，通过但没座位的进候补。")
    raise InvalidInput(what=_("不知道要办什么"))


def _criteria(request: HttpRequest) -> list[enrolment.CriterionPlan]:
    plans = []
    for number in range(1, CRITERIA_ROWS + 1):
        name, said = request.POST.get(f"name-{number}", "").strip(), request.POST.get(f"words-{number}", "").strip()
        if name or said:
            plans.append(enrolment.CriterionPlan(name, said, _number(request.POST.get(f"most-{number}", ""))))
    return plans


def _criteria_rows(criteria: list[enrolment.CriterionView], request: HttpRequest) -> list[dict[str, Any]]:
    """The rows of the form: what was typed, or what stands there, then empty ones."""
    typed = request.POST if request.POST.get("step") == "criteria" else None
    known = {each.number: each for each in criteria}
    rows = []
    for number in range(1, CRITERIA_ROWS + 1):
        one = known.get(number)
        rows.append(
            {
                "number": number,
                "name": typed.get(f"name-{number}", "") if typed else one.name if one else "",
                "words": typed.get(f"words-{number}", "") if typed else one.words if one else "",
                "most": typed.get(f"most-{number}", "") if typed else one.points_max if one else "",
            }
        )
    return rows


@open_to(JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, interview_uuid: UUID) -> HttpResponse:
    """打分: the criteria with a box each and one sentence. The other's sheet is not shown before both are in."""
    actor, now = actor_of(request), clock.now()
    shown, own = enrolment.access_interview(actor=actor, interview_uuid=interview_uuid)
    code = enrolment.round_code_of(interview_uuid)
    criteria = enrolment.criteria_of(enrolment.get_round(code, now=now).id)
    typed = {each.number: request.POST.get(f"points-{each.number}", "") for each in criteria}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            enrolment.judge_interview(
                actor=actor,
                interview_uuid=interview_uuid,
                points={number: _number(text) for number, text in typed.items()},
                words=request.POST.get("words", ""),
                now=now,
            )
        except Refused as reason:
            if reason.status >= 500 or reason.status in {403, 404}:
                raise
            refusal = reason
        else:
            messages.success(request, _("打好了。两位老师都打完，才看得到对方的。"))
            return redirect("rounds_judge", interview_uuid=interview_uuid)
    given = own.points if own else {}
    return render(
        request,
        "rounds/judge.html",
        {
            "shown": shown,
            "code": code,
            "is_desk": actor.has_role(people.CENTRE_CLERK, people.COUNTY_OFFICER),
            "own": own,
            "rows": [
                {"criterion": each, "value": typed[each.number] if refusal else given.get(each.number, "")}
                for each in criteria
            ],
            "words": request.POST.get("words", "") if refusal else own.words if own else "",
            "may_judge": shown.state == "booked" and shown.slot.starts_at <= now and (own or shown.sheets_given < 2),
            "has_begun": shown.slot.starts_at <= now,
            "refusal": refusal.message if refusal else "",
        },
        status=refusal.status if refusal else 200,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as failure:
        raise InvalidInput(what=_("没有选时间")) from failure


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput(what=_("分数、人数要填整数"))
    return int(text)
