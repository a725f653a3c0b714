"""The rule desk: every version of the credit rules in sentences, an editor that asks "what if", a version's steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.templatetags.xueqiao import day_words
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.regions.api import names_of

OFFICERS = STAFF("county_officer", "city_officer", "province_officer")
TEXT_LENGTH_MAX = 200_000
STATES = {
    "draft": (gettext_lazy("起草中"), ""),
    "reviewed": (gettext_lazy("已审核"), "info"),
    "filed": (gettext_lazy("已备案，等施行日"), "info"),
    "in_force": (gettext_lazy("施行中"), "good"),
    "suspended": (gettext_lazy("已暂停"), "warn"),
    "expired": (gettext_lazy("已失效"), "bad"),
}
STEPS = {  # what the button says, and what pressing it does
    "reviewed": (gettext_lazy("审核通过"), gettext_lazy("文字和数字都核对过了，交给另一位同事备案。")),
    "filed": (
        gettext_lazy("备案"),
        gettext_lazy("从 {day} 零点起自动施行，不用再办手续；同一地区在它前面的那一版同时失效。已经认定的不变。"),
    ),
    "in_force": (gettext_lazy("恢复施行"), gettext_lazy("今天起又按这一版办，到它的失效日为止。")),
    "suspended": (gettext_lazy("暂停"), gettext_lazy("暂停期间，这里按上一级地区的规则办。已经认定的不变。")),
    "expired": (
        gettext_lazy("废止"),
        gettext_lazy("废止以后不能再用，只能起草新的一版；还没施行就废止的，前一版接着用。已经认定的不变。"),
    ),
}
HINDRANCES = {
    "another_person": gettext_lazy("您起草或审核过这一版，要请另一位同事备案。"),
    "over": gettext_lazy("失效日已经过了，请起草新的一版。"),
    "other_place": gettext_lazy("这一版管的地区比您的辖区大，由那里的主管部门办。"),
}


@open_to(OFFICERS)
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every version of every rule set: where it applies, in which state, from when to when."""
    versions = credit_bank.rule_versions(on=_today())
    names = names_of([each.region for each in versions if each.region])
    rows = [_row(each, names) for each in sorted(versions, key=lambda each: (each.title, each.code, -each.version))]
    alive = [row for row in rows if row["view"].state != "expired"]
    return render(
        request,
        "rules/list.html",
        {"here": "authority", "rows": alive, "old": [row for row in rows if row["view"].state == "expired"]},
    )


@open_to(OFFICERS)
@require_safe
def rule_version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version in sentences, each section beside its own lines, and what may be done with it."""
    actor, view = actor_of(request), credit_bank.get_rule_version(code=code, version=version, on=_today())
    others = [each for each in credit_bank.rule_versions(on=_today(), code=code) if each.version != version]
    names = names_of([each.region for each in (view, *others) if each.region])
    steps = credit_bank.rule_steps(actor=actor, version=view, on=_today())
    return render(
        request,
        "rules/version.html",
        {
            "here": "authority",
            "row": _row(view, names),
            "clauses": credit_bank.clauses_of_version(view),
            "steps": [_step(each.to, each.hindrance, view) for each in steps if each.hindrance != "other_place"],
            "is_elsewhere": any(each.hindrance == "other_place" for each in steps),
            "elsewhere": HINDRANCES["other_place"],
            "others": [_row(each, names) for each in others],
            "signed": _signed(view, actor),
        },
    )


@open_to(OFFICERS)
@require_safe
def compare(request: HttpRequest, code: str, version: int, other: int) -> HttpResponse:
    """What changed from one version to another: in sentences, and line by line in the files."""
    before = credit_bank.get_rule_version(code=code, version=other, on=_today())
    after = credit_bank.get_rule_version(code=code, version=version, on=_today())
    names = names_of([each.region for each in (before, after) if each.region])
    return render(
        request,
        "rules/compare.html",
        {
            "here": "authority",
            "before": _row(before, names),
            "after": _row(after, names),
            "sentences": credit_bank.changes(_sentences(before), _sentences(after)),
            "lines": credit_bank.changes(before.text.splitlines(), after.text.splitlines()),
        },
    )


@open_to(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """A text, its mistakes beside their lines, whom it would touch; then it is kept as a draft, word for word."""
    actor, now = actor_of(request), clock.now()
    context: dict[str, Any] = {"here": "authority", "text": _beginning(request, actor)}
    status = 200
    if request.method == "POST":
        text = request.POST.get("text", "")[:TEXT_LENGTH_MAX].replace("\r\n", "\n")
        context["text"] = text
        try:
            if request.POST.get("step") == "keep":
                view = credit_bank.draft_rule_set(actor=actor, text=text, now=now)
                messages.success(request, _("草稿存好了，请同事审核。"))
                return HttpResponseRedirect(_address(view))
            told = credit_bank.what_if(actor=actor, text=text, now=now)
        except credit_bank.RuleFileWrong as wrong:
            status = wrong.status
            context |= {"problems": wrong.problems, "marked": credit_bank.marked_lines(text, wrong.problems)}
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            context["refusal"], status = refused.message, refused.status
        else:
            context |= _answer(text, told)
    return render(request, "rules/edit.html", context, status=status)


@open_to(OFFICERS)
@require_POST
def advance(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Take one step in the life of a version."""
    to = request.POST.get("to", "")
    try:
        view = credit_bank.advance_rule_set(actor=actor_of(request), code=code, version=version, to=to, now=clock.now())
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("办好了，这一版现在是：{state}。").format(state=STATES[view.state][0]))
    return HttpResponseRedirect(reverse("authority_rule", kwargs={"code": code, "version": version}))


@open_to(OFFICERS)
@require_safe
def replay(request: HttpRequest) -> HttpResponse:
    """The history of the officer's people worked out again under the rules of each day, held against the ledger."""
    told = credit_bank.replay_recognitions(actor=actor_of(request))
    return render(request, "rules/replay.html", {"here": "authority", "told": told, "now": clock.now()})


def _today() -> date:
    return clock.local_date(clock.now())


def _address(view: credit_bank.RuleVersionView) -> str:
    return reverse("authority_rule", kwargs={"code": view.code, "version": view.version})


def _row(view: credit_bank.RuleVersionView, names: dict[int, str]) -> dict[str, Any]:
    words, look = STATES[view.state]
    return {
        "view": view,
        "address": _address(view),
        "place": names.get(view.region, "") or (_("国外，本地不适用") if not view.region else str(view.region)),
        "state": words,
        "look": look,
    }


def _step(to: str, hindrance: str, view: credit_bank.RuleVersionView) -> dict[str, Any]:
    words, effect = STEPS[to]
    day = day_words(max(view.starts_on, _today()))
    return {"to": to, "words": words, "effect": effect.format(day=day), "why_not": HINDRANCES.get(hindrance, "")}


def _signed(view: credit_bank.RuleVersionView, actor: Actor) -> list[tuple[str, str]]:
    """Who drafted, reviewed and filed: the reader, a colleague, or nobody because it is shipped."""
    rows = [(_("起草"), view.drafted_by_id), (_("审核"), view.reviewed_by_id), (_("备案"), view.filed_by_id)]
    shipped = view.drafted_by_id is None
    found = []
    for words, person_id in rows:
        if person_id is not None:
            found.append((words, _("您本人") if person_id == actor.person_id else _("同事")))
        elif words == rows[0][0] and shipped:
            found.append((words, _("随平台提供")))
    return found


def _sentences(view: credit_bank.RuleVersionView) -> list[str]:
    return [each for clause in credit_bank.clauses_of_version(view) for each in (clause.heading, *clause.sentences)]


def _beginning(request: HttpRequest, actor: Actor) -> str:
    """The text the editor opens with: an existing version made ready as the next one, for the officer's own place."""
    code, _break, number = request.GET.get("from", "").rpartition("/")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return ""
    view = credit_bank.get_rule_version(code=code, version=int(number), on=_today())
    return credit_bank.next_draft(
        view.text,
        version=max(each.version for each in credit_bank.rule_versions(on=_today(), code=code)) + 1,
        region=_own_region(actor, view.region),
        in_force_from=_next_month(_today()),
    )


def _own_region(actor: Actor, region: int) -> int:
    """The version's own place where the officer may make rules for it, else the officer's."""
    spans = [(duty.low, duty.high) for duty in actor.duties if duty.role.endswith("_officer")]
    if region and any(low <= region <= high for low, high in spans):
        return region
    return max(spans, key=lambda span: span[1] - span[0])[0] if spans else region


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _answer(text: str, told: credit_bank.WhatIf) -> dict[str, Any]:
    rules = credit_bank.read_rule_file(text)
    example = told.example
    return {
        "clauses": credit_bank.clauses_of(rules, text),
        "told": told,
        "gained": credit_bank.credits_text(told.gained_hundredths),
        "lost": credit_bank.credits_text(told.lost_hundredths),
        "example": example,
        "example_before": credit_bank.credits_text(example.touched.before_hundredths) if example else "",
        "example_after": credit_bank.credits_text(example.touched.after_hundredths) if example else "",
    }
