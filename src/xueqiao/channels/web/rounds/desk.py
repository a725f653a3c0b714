"""纸质表和离线柜台：印表、扫码录入、没有网络的村里也能收。"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.rounds import words
from xueqiao.channels.web.rounds.staff import local_moment
from xueqiao.channels.web.templatetags.xueqiao import moment_words
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import InvalidInput, Refused

CLERK = STAFF(people.CENTRE_CLERK)
BY_CLERK = ("paper", "counter", "phone")
FORMS_MAX, KIT_ROUNDS_MAX, SENT_MAX = 300, 5, 200


@open_to(CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The A4 form to print: blank, or (POST, so that no learner's number stands in an address) for one person."""
    actor, now = actor_of(request), clock.now()
    shown = enrolment.access_round(actor=actor, code=code, now=now)
    person = None
    if request.method == "POST" and request.POST.get("learner", "").strip():
        person = people.find_person_by_code(actor, request.POST["learner"][:16])
        if person is None:
            messages.warning(request, _("没有找到这个学员号。先印空白表，或到柜台登记。"))
    cards = classes.class_cards([each.run_id for each in shown.runs], now=now)
    return render(
        request,
        "rounds/paper.html",
        {
            "shown": shown,
            "person": person,
            "code_text": enrolment.form_text(shown.code, person.code if person else ""),
            "runs": [
                {"number": n, "run": each, "card": cards.get(each.run_id)} for n, each in enumerate(shown.runs, 1)
            ],
            "ranks": range(1, shown.wishes_max + 1),
            "closes": moment_words(shown.wishes_close_at),
        },
    )


@open_to(CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Many paper forms at once: scan, type, look through, enter those without fault. Nothing is entered by looking."""
    channel = request.POST.get("channel", "paper")
    channel = channel if channel in BY_CLERK else "paper"
    actor, now = replace(actor_of(request), channel=channel), clock.now()
    shown = enrolment.access_round(actor=actor, code=code, now=now)
    text = request.POST.get("forms", "")[:60_000]
    late = {"is_after_close": now >= shown.wishes_close_at, "stamped": request.POST.get("stamped", "")}
    context: dict[str, Any] = {"shown": shown, "text": text, **late, "runs": list(enumerate(shown.runs, 1))}
    context |= {"channel": channel, "channels": [{"value": name, "label": words.CHANNELS[name]} for name in BY_CLERK]}
    if request.method != "POST":
        return render(request, "rounds/bulk.html", context)
    enters = request.POST.get("step") == "enter"
    rows = _rows(actor, shown, text, request, enters=enters, now=now)
    good = [row for row in rows if not row["fault"]]
    context |= {"rows": rows, "good": len(good), "bad": len(rows) - len(good), "is_done": enters}
    if enters:
        bad = [row for row in rows if row["fault"]]
        context["text"] = "\n".join(row["typed"] for row in bad)
    return render(request, "rounds/bulk.html", context)


def _rows(
    actor: Actor, shown: enrolment.RoundView, text: str, request: HttpRequest, *, enters: bool, now: datetime
) -> list[dict[str, Any]]:
    forms = enrolment.read_forms(text, round_code=shown.code, classes=len(shown.runs))[:FORMS_MAX]
    seen: set[str] = set()
    rows = []
    for form in forms:
        person = people.find_person_by_code(actor, form.learner_code) if not form.fault else None
        fault = form.fault or ("" if person else _("没有找到这个学员号"))
        if not fault and form.learner_code in seen:
            fault = _("这个人上面已经有一张")
        fault = fault or _company_fault(actor, shown, form, now)
        seen.add(form.learner_code)
        runs = [shown.runs[choice - 1] for choice in form.choices if 1 <= choice <= len(shown.runs)]
        row: dict[str, Any] = {
            "line": form.line,
            "learner": form.learner_code,
            "name": person.name if person else "",
            "wishes": [each.title for each in runs],
            "fault": fault,
            "code": "",
            "beside": list(form.companions),
            "entry": None,
            "typed": " ".join(
                [
                    enrolment.form_text(shown.code, form.learner_code),
                    *map(str, form.choices),
                    *(f"+{code}" for code in form.companions),
                ]
            ),
        }
        if not fault and person is not None:
            row |= _try(actor, shown, person.id, [each.run_id for each in runs], request, enters=enters, now=now)
            if not row["fault"] and row["entry"]:
                row |= _let_in(actor, form, row["entry"], now)
        rows.append(row)
    return rows


def _try(
    actor: Actor,
    shown: enrolment.RoundView,
    person_id: int,
    run_ids: list[int],
    request: HttpRequest,
    *,
    enters: bool,
    now: datetime,
) -> dict[str, Any]:
    """Enter one form, or find out what would be said; a dry run leaves nothing."""
    told = f"{shown.code}/{person_id}/{','.join(map(str, run_ids))}"
    key = f"paper:{hashlib.sha256(told.encode()).hexdigest()[:48]}"
    try:
        if now >= shown.wishes_close_at:
            if not enters:
                return {"fault": "", "code": ""}
            enrolment.receive_late_entry(
                actor=actor,
                round_code=shown.code,
                person_id=person_id,
                run_ids=run_ids,
                stamped_at=local_moment(request.POST.get("stamped", "")),
                why=request.POST.get("why", ""),
                source="paper",
                request_key=key,
                now=now,
            )
            return {"fault": "", "code": _("等另一位同事确认")}
        if not enters:
            enrolment.require_may_enter(
                actor=actor, round_code=shown.code, person_id=person_id, run_ids=run_ids, request_key=key, now=now
            )
            return {"fault": "", "code": ""}
        entry = enrolment.enter_round(
            actor=actor,
            round_code=shown.code,
            person_id=person_id,
            run_ids=run_ids,
            request_key=key,
            channel=actor.channel,
            now=now,
        )
    except Refused as refusal:
        if refusal.status >= 500:
            raise
        return {"fault": refusal.message, "code": ""}
    return {"fault": "", "code": entry.code, "entry": entry.uuid}


def _company_fault(actor: Actor, shown: enrolment.RoundView, form: enrolment.PaperForm, now: datetime) -> str:
    """What is wrong with those who signed beside her, before anything is entered; "" if nothing."""
    if not form.companions:
        return ""
    if len(form.companions) >= shown.group_size_max:
        return _("一起报的人最多 {most} 位").format(most=shown.group_size_max)
    if now >= shown.wishes_close_at:
        return _("已经截止，晚到的表不能加同伴。请去掉同伴再录。")
    strangers = [code for code in form.companions if people.find_person_by_code(actor, code) is None]
    return _("没有找到同伴的学员号 {code}").format(code=strangers[0]) if strangers else ""


def _let_in(actor: Actor, form: enrolment.PaperForm, entry: UUID, now: datetime) -> dict[str, str]:
    """Let those in who signed beside her. Who cannot come in is named; the form itself stays in."""
    for code in form.companions:
        try:
            enrolment.invite_to_entry(actor=actor, entry_uuid=entry, who=code, now=now)
        except Refused as refusal:
            if refusal.status >= 500:
                raise
            return {"fault": _("本人录了，同伴 {code} 没加上：{why}").format(code=code, why=refusal.message)}
    return {}


# --- the counter without network ----------------------------------------------------------------------------------


@open_to(CLERK)
@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """离线柜台: everything a village desk needs for two days, in one page; kit.js keeps and signs the entries."""
    actor, now = actor_of(request), clock.now()
    rounds = [each for each in enrolment.rounds_in(actor=actor, now=now) if each.state == "open"][:KIT_ROUNDS_MAX]
    known = {
        "token": get_token(request),
        "register": "/rounds/kit/register/",
        "sync": "/rounds/kit/sync/",
        "clerk": actor.person_id,
        "rounds": [
            {
                "code": each.code,
                "title": each.title,
                "closes": each.wishes_close_at.isoformat(),
                "closes_words": moment_words(each.wishes_close_at),
                "most": each.wishes_max,
                "runs": [{"code": run.run_code, "title": run.title} for run in each.runs],
            }
            for each in rounds
        ],
        "words": {
            "waiting": _("未同步 {n} 条"),
            "all_in": _("都同步了"),
            "kept": _("已收下，存在这台设备上。回执号 {code}"),
            "needs_number": _("请填学员号，至少选一个班。"),
            "signed_out": _("要先联网登录，再同步。"),
            "no_network": _("现在没有网络，先存着，回到有网络的地方再同步。"),
            "late": _("等另一位同事确认"),
            "entered": _("已录入"),
            "refused": _("没有收下"),
            "wish": _("第 {n} 志愿"),
            "none": _("不选"),
            "not_registered": _("这台设备还没登记，请联网时按“登记这台设备”。"),
        },
    }
    return render(
        request, "rounds/kit.html", {"known": known, "rounds": rounds, "devices": enrolment.devices_of(actor=actor)}
    )


@open_to(CLERK)
@require_POST
def register(request: HttpRequest) -> JsonResponse:
    """Register the public key of this browser to the clerk who is signed in."""
    try:
        device = enrolment.register_device(
            actor=actor_of(request),
            public_key=enrolment.decoded(request.POST.get("public_key", "")[:400]),
            label=request.POST.get("label", ""),
            now=clock.now(),
        )
    except Refused as refusal:
        return JsonResponse({"title": refusal.message}, status=refusal.status)
    return JsonResponse({"device": str(device.uuid)})


@open_to(CLERK)
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """停用 a device."""
    try:
        enrolment.withdraw_device(
            actor=actor_of(request), device_uuid=UUID(request.POST.get("device", "")), now=clock.now()
        )
    except ValueError as failure:
        raise InvalidInput(what=_("编号不对")) from failure
    messages.success(request, _("这台设备停用了，它再发来的都不算。"))
    return redirect("rounds_kit")


@open_to(CLERK)
@require_POST
def sync(request: HttpRequest) -> JsonResponse:
    """Take in what the device signed; answer what became of each."""
    try:
        asked = json.loads(request.POST.get("sent", "")[:400_000])
        device = UUID(str(asked["device"]))
        sent = [
            enrolment.SentEntry(str(each["payload"])[:2000], enrolment.decoded(str(each["signature"])[:200]))
            for each in asked["entries"][:SENT_MAX]
        ]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"title": _("发来的内容认不出来")}, status=422)
    try:
        lines = enrolment.sync_device(actor=actor_of(request), device_uuid=device, sent=sent, now=clock.now())
    except Refused as refusal:
        return JsonResponse({"title": refusal.message}, status=refusal.status)
    return JsonResponse(
        {
            "lines": [
                {"number": each.number, "outcome": each.outcome, "words": each.words, "code": each.entry_code}
                for each in lines
            ]
        }
    )
