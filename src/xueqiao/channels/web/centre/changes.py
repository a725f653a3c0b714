"""Cancelling a class, moving or dropping one meeting, making it up: always with what it means for the learners."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.views import DESK, centre_of, teachers_for
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.channels.web.payroll.forms import number_typed
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused


class MeetingForm(forms.Form):
    """When and where one meeting takes place instead, and why."""

    use_required_attribute = True

    day = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(
        label=gettext_lazy("几点开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    room = forms.TypedChoiceField(label=gettext_lazy("教室"), coerce=int)
    teacher = forms.TypedChoiceField(label=gettext_lazy("老师"), coerce=int)
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=120, help_text=gettext_lazy("学员会看到这句话，比如“教室漏水”。")
    )

    def __init__(
        self,
        *args: Any,
        rooms: list[tuple[int, str]],
        teachers: list[tuple[int, str]],
        needs_reason: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = rooms  # type: ignore[attr-defined]
        self.fields["teacher"].choices = teachers  # type: ignore[attr-defined]
        if not needs_reason:
            del self.fields["reason"]

    def starts_at(self) -> datetime:
        """The chosen moment. For a valid form."""
        day: date = self.cleaned_data["day"]
        start: time = self.cleaned_data["start"]
        return clock.at_local(day, start.hour, start.minute)


def own_run(actor: Actor, code: str, now: datetime) -> tuple[institutions.InstitutionView, classes.ClassDetail]:
    """The clerk's centre and one of its classes. Raises UnknownClass, NotAllowed for another centre's."""
    centre = centre_of(actor, clock.local_date(now))
    run = classes.get_class(code, now=now)
    if run.card.institution_id != centre.id or not actor.scope.has_region(run.region):
        raise NotAllowed
    return centre, run


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_run(request: HttpRequest, code: str) -> HttpResponse:
    """Whom it touches and how much goes back, then the reason, then one press."""
    actor, now = actor_of(request), clock.now()
    centre, run = own_run(actor, code, now)
    preview = enrolment.preview_cancellation(actor=actor, run_id=run.run_id, now=now)
    refusal = ""
    if request.method == "POST":
        try:
            classes.cancel_class_run(actor=actor, code=code, reason=request.POST.get("reason", ""), now=now)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(
                request,
                _("这个班已取消。{people} 位学员会收到通知，共退 {yuan} 元。").format(
                    people=preview.confirmed + preview.held, yuan=yuan(preview.refund_fen)
                ),
            )
            return redirect("centre_run", code=code)
    context = {
        "centre": centre,
        "run": run,
        "preview": preview,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "may_cancel": run.state in {"draft", "awaiting", "published"},
    }
    return render(request, "centre/cancel.html", context, status=422 if refusal else 200)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def session_page(request: HttpRequest, session_id: int) -> HttpResponse:
    """One meeting: move it or drop it; when it is dropped, make it up or give its money back."""
    actor, now = actor_of(request), clock.now()
    session = classes.get_session(session_id)
    centre, run = own_run(actor, session.run_code, now)
    is_make_up = session.state == "cancelled"
    step = request.POST.get("step", "")
    form = _form(request, session, run, now, is_make_up)
    clashes: list[classes.Clash] | None = None
    refusal, status = "", 200
    if form.is_bound and form.is_valid():
        clashes = classes.clashes(
            [(form.starts_at(), form.starts_at() + (session.ends_at - session.starts_at))],
            room_id=form.cleaned_data["room"],
            teacher_id=form.cleaned_data["teacher"],
            except_session_id=session.id,
        )
    if request.method == "POST":
        try:
            done = _do(step, actor, session, form, request, now)
        except Refused as refused:
            refusal, status = refused.message, 422
        else:
            if done:
                messages.success(request, done)
                return redirect("centre_run", code=run.code)
            status = 422
    context = {
        "centre": centre,
        "run": run,
        "session": session,
        "form": form,
        "clashes": clashes,
        "refusal": refusal,
        "is_make_up": is_make_up,
        "may_change": session.state == "planned" and session.starts_at > now and run.state == "published",
        "may_settle": session.is_owed and run.state == "published",
        "may_substitute": session.state in {"planned", "held"} and session.starts_at <= now,
        "teachers": teachers_for(run, clock.local_date(now)),
        "learners": enrolment.seats_of(run.run_id).taken,
    }
    return render(request, "centre/session.html", context, status=status)


def _form(
    request: HttpRequest, session: classes.SessionView, run: classes.ClassDetail, now: datetime, is_make_up: bool
) -> MeetingForm:
    there = clock.local(session.starts_at)
    known = {
        "day": there.date(),
        "start": there.time(),
        "room": session.room_id,
        "teacher": session.teacher_id,
    }
    step = request.POST.get("step", "")
    given = request.POST if step in {"move", "make_up"} else request.GET if "day" in request.GET else None
    rooms = [
        (room.id, _("{room}（{seats} 座）").format(room=room.name, seats=room.seats))
        for room in institutions.rooms_of(run.card.institution_id)
    ]
    return MeetingForm(
        given,
        initial=known,
        rooms=rooms,
        teachers=teachers_for(run, clock.local_date(now)),
        needs_reason=not is_make_up,
    )


def _do(
    step: str, actor: Actor, session: classes.SessionView, form: MeetingForm, request: HttpRequest, now: datetime
) -> str:
    """Do one step and say what was done; "" when the form must be corrected first."""
    if step in {"move", "make_up"}:
        if not form.is_valid():
            return ""
        chosen = {
            "actor": actor,
            "session_id": session.id,
            "starts_at": form.starts_at(),
            "room_id": form.cleaned_data["room"],
            "teacher_id": form.cleaned_data["teacher"],
            "now": now,
        }
        if step == "move":
            classes.move_session(**chosen, reason=form.cleaned_data["reason"])
            return _("改好了，学员会收到通知。和别的课撞上的学员，可以退课并退还没上的钱。")
        classes.make_up_session(**chosen)
        return _("补课排好了，学员会收到通知。")
    if step == "cancel":
        classes.cancel_session(actor=actor, session_id=session.id, reason=request.POST.get("why", ""), now=now)
        return _("这次课停上，学员会收到通知。请尽快排补课，或退这次课的钱。")
    if step == "substitute":
        teacher_id = number_typed(request.POST, "teacher", _("老师"))
        reason = request.POST.get("why", "")
        done = classes.substitute_teacher(
            actor=actor, session_id=session.id, teacher_id=teacher_id, reason=reason, now=now
        )
        return _("记下了：这次课是 {name} 上的，课酬算给上课的老师。").format(name=done.teacher_name)
    if step == "give_back":
        classes.give_back_session(actor=actor, session_id=session.id, now=now)
        return _("记下了：这次课不补，钱按一次课退给学员。")
    raise InvalidInput(what=_("没有这一步"))
