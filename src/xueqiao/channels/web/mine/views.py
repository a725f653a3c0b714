"""My learning, the credit passport, certificates, the calendar file, and signing in by scanning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.enrol.words import spaced
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.mine.calendar_file import Meeting, calendar_text
from xueqiao.channels.web.mine.whose import Whose, whose
from xueqiao.channels.web.rounds.words import entry_state
from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

UPCOMING_MAX = 12
NEWS_MAX = 3
ENTRIES_MAX = 6
PAST = timedelta(hours=2)


def place_words() -> dict[str, tuple[str, str]]:
    """Status words of the glossary and the look of their tag, by state of a place."""
    return {
        "held": (_("待交费"), "warn"),
        "confirmed": (_("已报名"), "good"),
        "expired": (_("没有报上"), ""),
        "released": (_("没有报上"), ""),
        "withdrawn": (_("已退课"), "bad"),
        "removed": (_("已退课"), "bad"),
        "completed": (_("已结业"), "info"),
    }


def attendance_words() -> dict[str, tuple[str, str]]:
    """Words for a recorded state and the look of their tag."""
    return {
        "present": (_("到课"), "good"),
        "late": (_("迟到"), "warn"),
        "excused": (_("请假"), "info"),
        "absent": (_("缺勤"), "bad"),
    }


def _class_rows(who: Whose) -> list[dict[str, Any]]:
    """One row per class of the person: card, place, sessions with what was recorded, status word."""
    now = clock.now()
    places = enrolment.places_held_by(actor=who.actor, person_ids=[who.person.id])
    latest: dict[int, Any] = {}
    for place in places:
        latest.setdefault(place.run_id, place)
    cards = classes.class_cards(latest, now=now)
    lines = learning.attendance_by_run(actor=who.actor, person_id=who.person.id, run_ids=list(latest))
    done = {c.run_id: c for c in learning.access_completions(actor=who.actor, person_ids=[who.person.id])}
    words, seen = place_words(), attendance_words()
    rows = []
    for run_id, place in latest.items():
        if run_id not in cards or place.state in {"expired", "released"}:
            continue
        sessions = [
            {"line": line, "word": seen[line.state][0], "kind": seen[line.state][1]}
            for line in lines.get(run_id, ())
            if line.state
        ]
        ahead = [line for line in lines.get(run_id, ()) if line.ends_at > now and not line.is_cancelled]
        word, kind = words["completed" if run_id in done else place.state]
        rows.append(
            {
                "place": place,
                "card": cards[run_id],
                "ahead": ahead,
                "recorded": sessions,
                "is_live": place.is_live and run_id not in done,
                "completion": done.get(run_id),
                "word": word,
                "kind": kind,
            }
        )
    return rows


def _entry_rows(who: Whose) -> list[dict[str, Any]]:
    """Wishes of the person that still count, and invitations that wait for her answer."""
    found = enrolment.entries_of(actor=who.actor, person_ids=[who.person.id], limit=ENTRIES_MAX)
    modes = enrolment.modes_of_rounds(each.round_id for each in found)
    return [
        {
            "entry": each,
            "state": entry_state(each, modes[each.round_id]),
            "is_drawn": each.state in {"won", "lost"} and modes[each.round_id] != "interview",
            "is_asked": any(member.person_id == who.person.id for member in each.invited),
        }
        for each in found
        if each.state != "withdrawn"
    ]


@open_to(RESIDENT)
@require_safe
def learning_page(request: HttpRequest) -> HttpResponse:
    """Today, the next class with its code, what is ahead, what was recorded."""
    who, now = whose(request), clock.now()
    rows = _class_rows(who)
    meetings = sorted(
        (
            {"line": line, "card": row["card"], "place": row["place"]}
            for row in rows
            if row["place"].state == "confirmed"
            for line in row["ahead"]
        ),
        key=lambda meeting: meeting["line"].starts_at,
    )
    return render(
        request,
        "mine/learning.html",
        {
            "here": "mine",
            "who": who,
            "next": meetings[0] if meetings else None,
            "number": spaced(meetings[0]["place"].code) if meetings else "",
            "today": [m for m in meetings if clock.local_date(m["line"].starts_at) == clock.local_date(now)],
            "upcoming": meetings[:UPCOMING_MAX],
            "live": [row for row in rows if row["is_live"]],
            "past": [row for row in rows if not row["is_live"]],
            "entries": _entry_rows(who),
            "news": people.notices_of(who.actor, unread_only=True, limit=NEWS_MAX),
            "now": now,
        },
    )


def _meetings(rows: list[dict[str, Any]]) -> list[Meeting]:
    return [
        Meeting(
            uid=f"session-{line.session_id}@xueqiao",
            title=row["card"].title,
            place=f"{row['card'].venue_name} {row['card'].room_name}",
            words=_("学员请提前 10 分钟到。报名编号 %(code)s") % {"code": row["place"].code},
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            is_cancelled=line.is_cancelled,
        )
        for row in rows
        for line in row["ahead"]
    ]


def _calendar(name: str, meetings: list[Meeting], filename: str) -> HttpResponse:
    body = calendar_text(name, meetings, now=clock.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


@open_to(RESIDENT)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """All meetings ahead as one calendar file."""
    who = whose(request)
    rows = [row for row in _class_rows(who) if row["place"].state == "confirmed"]
    return _calendar(_("%(name)s的课") % {"name": who.person.name}, _meetings(rows), "xueqiao.ics")


@open_to(RESIDENT)
@require_safe
def class_calendar(request: HttpRequest, class_code: str) -> HttpResponse:
    """The meetings ahead of one class."""
    who = whose(request)
    rows = [r for r in _class_rows(who) if r["place"].state == "confirmed" and r["card"].code == class_code]
    if not rows:
        raise Http404
    return _calendar(rows[0]["card"].title, _meetings(rows), f"{class_code}.ics")


@open_to(RESIDENT)
@require_safe
def passport(request: HttpRequest) -> HttpResponse:
    """The credit passport: total, pending proposals with their rule, stamps by year, certificates."""
    who = whose(request)
    book = credit_bank.passport_of(actor=who.actor, person_id=who.person.id, now=clock.now())
    whole = max(1000, -(-book.total_hundredths // 1000) * 1000)
    return render(
        request,
        "mine/passport.html",
        {
            "here": "mine",
            "who": who,
            "book": book,
            "arch_part": round(book.total_hundredths * 100 / whole, 1),
            "arch_goal": credit_bank.credits_text(whole),
        },
    )


def _back_to_passport(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("mine_passport") + whose(request).query)


@open_to(RESIDENT)
@require_POST
def deposit(request: HttpRequest, proposal_uuid: UUID) -> HttpResponse:
    """One press: put the proposed credit into the account."""
    view = credit_bank.deposit_credit(actor=actor_of(request), proposal_uuid=proposal_uuid, now=clock.now())
    messages.success(request, _("已存入 %(amount)s 学分，结业证书也开好了。") % {"amount": view.amount_text})
    return _back_to_passport(request)


@open_to(RESIDENT)
@require_POST
def take_back(request: HttpRequest, proposal_uuid: UUID) -> HttpResponse:
    """Within ten minutes: take the deposit back."""
    view = credit_bank.take_back_deposit(actor=actor_of(request), proposal_uuid=proposal_uuid, now=clock.now())
    messages.info(request, _("已撤回 %(amount)s 学分，想存时再按一次。") % {"amount": view.amount_text})
    return _back_to_passport(request)


@open_to(RESIDENT)
@require_POST
def issue(request: HttpRequest, completion_id: int) -> HttpResponse:
    """Sign the certificate of a completed class."""
    view = credit_bank.issue_certificate(actor=actor_of(request), completion_id=completion_id, now=clock.now())
    return HttpResponseRedirect(reverse("mine_certificate", args=[view.uuid]) + whose(request).query)


@open_to(RESIDENT)
@require_safe
def certificate(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """One certificate: what it says, files to keep, the code to check it by."""
    who = whose(request)
    view = credit_bank.access_certificate(actor=who.actor, certificate_uuid=certificate_uuid)
    address = request.build_absolute_uri(reverse("verify_code", args=[view.code]))
    return render(
        request,
        "mine/certificate.html",
        {
            "here": "mine",
            "who": who,
            "certificate": view,
            "verify_address": address,
            "name_changed": view.revoked_at is None
            and who.person.id == view.person_id
            and who.person.name != view.person_name,
        },
    )


@open_to(RESIDENT)
@require_safe
def certificate_pdf(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The certificate on paper, with the signed credential attached."""
    actor = actor_of(request)
    view = credit_bank.access_certificate(actor=actor, certificate_uuid=certificate_uuid)
    body = credit_bank.certificate_pdf(
        actor=actor, certificate_uuid=certificate_uuid, site_address=request.build_absolute_uri("/")
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{view.code}.pdf") or "inline"
    return response


@open_to(RESIDENT)
@require_safe
def certificate_json(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The signed Open Badges 3.0 credential, byte for byte as issued."""
    actor = actor_of(request)
    view = credit_bank.access_certificate(actor=actor, certificate_uuid=certificate_uuid)
    text = credit_bank.credential_text(actor=actor, certificate_uuid=certificate_uuid)
    response = HttpResponse(text, content_type="application/vc+ld+json")
    response["Content-Disposition"] = content_disposition_header(True, f"{view.code}.json") or "attachment"
    return response


@open_to(RESIDENT)
@require_safe
def attend(request: HttpRequest, token: str) -> HttpResponse:
    """A scanned code signs the reader in. The token lives a minute and a repeat changes nothing, so a GET may do it.

    Who is not in the class herself but acts for somebody who is (`?for=`) chooses for whom.
    """
    who, now = whose(request), clock.now()
    plan = learning.session_of_token(token, now=now)
    enrolled = {p for p in who.actor.scope.person_ids if enrolment.is_enrolled(run_id=plan.run_id, person_id=p)}
    if "for" not in request.GET and who.person.id not in enrolled and enrolled:
        choices = people.access_persons(who.actor, enrolled).values()
        return render(request, "mine/attend_who.html", {"here": "mine", "plan": plan, "choices": list(choices)})
    answer = learning.sign_in_by_code(actor=who.actor, token=token, person_id=who.person.id, now=now)
    return render(request, "mine/attended.html", {"here": "mine", "who": who, "answer": answer})
