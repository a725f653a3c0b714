"""互认协议: those of one's own institution or range, one with its use and its sample, and signing a new one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, fen_typed
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.demand import api as demand
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotFound, Refused

READERS, SIGNERS = STAFF(*credit_bank.READING_ROLES), STAFF(*credit_bank.SIGNING_ROLES)
STATES = {
    "active": (gettext_lazy("有效"), "good"),
    "suspended": (gettext_lazy("已暂停"), "warn"),
    "ended": (gettext_lazy("已结束"), ""),
}
SAMPLE_SHOWN_MAX = 40


@open_to(READERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Agreements one of whose parties is the reader's, those in force first."""
    actor = actor_of(request)
    views = credit_bank.access_agreements(actor=actor, now=clock.now())
    context = {"rows": [_row(each) for each in views], "may_sign": actor.has_role(*credit_bank.SIGNING_ROLES)}
    return render(request, "agreements/home.html", context)


@open_to(READERS)
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One agreement: its terms, what went through it, this year's sample."""
    actor, now = actor_of(request), clock.now()
    view = credit_bank.access_agreement(actor=actor, code=code, now=now)
    today = clock.local_date(now)
    titles = credit_bank.programme_titles(code=view.terms.rule_code, on=today)
    sample = credit_bank.access_sample(actor=actor, code=code, year=view.use.year) if view.may_change else ()
    context = {
        **_row(view),
        "sample": sample[:SAMPLE_SHOWN_MAX],
        "more": max(0, len(sample) - SAMPLE_SHOWN_MAX),
        "last_day": view.terms.ends_on,
        "programmes": [(each, titles.get(each, each)) for each in view.terms.programmes],
        "rules_title": _rules_title(view.terms.rule_code, today),
    }
    return render(request, "agreements/one.html", context)


@open_to(SIGNERS)
@require_POST
def step(request: HttpRequest, code: str) -> HttpResponse:
    """Suspend, let go on, or end."""
    actor, now, wanted = actor_of(request), clock.now(), request.POST.get("step", "")
    if wanted == "end":
        credit_bank.end_agreement(actor=actor, code=code, now=now)
        messages.success(request, _("协议已结束。以前认定和转换的都不受影响。"))
    elif wanted in {"suspend", "resume"}:
        credit_bank.suspend_agreement(actor=actor, code=code, is_suspended=wanted == "suspend", now=now)
        words = _("已暂停：不再新办，以前的不受影响。") if wanted == "suspend" else _("协议恢复了，可以新办。")
        messages.success(request, words)
    else:
        raise InvalidInput(what=_("没有这一步"))
    return redirect("agreement_one", code=code)


@open_to(SIGNERS)
@require_POST
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What the second look at a drawn outcome found."""
    try:
        credit_bank.record_quality_check(
            actor=actor_of(request),
            code=code,
            claim_uuid=_uuid(request.POST.get("claim", "")),
            is_sound=request.POST.get("found") == "sound",
            words=request.POST.get("words", ""),
            now=clock.now(),
        )
    except Refused as refused:
        if refused.status not in (409, 422) and refused.code not in {"own_claim", "own_institution"}:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("抽查结果记下了。"))
    return redirect("agreement_one", code=code)


@open_to(SIGNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """Sign a new agreement, or the next version of one (?of=)."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    before = _before(actor, request.GET.get("of") or request.POST.get("of", ""))
    if request.method == "POST":
        try:
            _sign(request, actor, before)
        except Refused as refused:
            if refused.status not in (404, 409, 422):
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("协议签好了。"))
            return redirect("agreement_one", code=request.POST.get("code", "").strip())
    context = {
        "before": before,
        "values": request.POST or _values(before),
        "programmes": sorted(credit_bank.programme_titles(code="", on=clock.local_date(now)).items()),
        "rules": [each for each in credit_bank.rule_versions(on=clock.local_date(now)) if each.state == "in_force"],
        "refusal": refusal,
        "today": clock.local_date(now),
    }
    return render(request, "agreements/sign.html", context, status=status)


def _row(view: credit_bank.AgreementView) -> dict[str, Any]:
    words, tag = STATES[view.terms.state]
    return {"view": view, "terms": view.terms, "use": view.use, "state": words, "tag": tag}


def _rules_title(code: str, on: date) -> str:
    """What the rules are called that decide under an agreement; their newest words."""
    return next((each.title for each in credit_bank.rule_versions(on=on, code=code)), code) if code else ""


def _before(actor: Actor, code: str) -> credit_bank.AgreementView | None:
    """The agreement of which the next version is signed; None for a new one."""
    return credit_bank.access_agreement(actor=actor, code=code, now=clock.now()) if code else None


def _values(before: credit_bank.AgreementView | None) -> dict[str, str]:
    """What the form shows first: the terms as they are."""
    if before is None:
        return {"sample_percent": "10"}
    terms = before.terms
    parties = institutions.institutions_by_id([terms.giver_id, terms.receiver_id])
    return {
        "code": terms.code,
        "title": terms.title,
        "giver": parties[terms.giver_id].code,
        "receiver": parties[terms.receiver_id].code,
        "rule_code": terms.rule_code,
        "programmes": "、".join(terms.programmes),
        "occupations": "、".join(terms.occupations),
        "cap": "" if terms.cap_hundredths is None else credit_bank.credits_text(terms.cap_hundredths),
        "sample_percent": str(terms.sample_percent),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
    }


def _sign(request: HttpRequest, actor: Actor, before: credit_bank.AgreementView | None) -> None:
    form, now = request.POST, clock.now()
    percent = form.get("sample_percent", "")
    if not (percent.isascii() and percent.isdigit() and len(percent) < 4):
        raise InvalidInput(what=_("抽查比例写成 10 这样"))
    credit_bank.sign_agreement(
        actor=actor,
        code=form.get("code", ""),
        title=form.get("title", ""),
        giver_id=_party(actor, form.get("giver", "")),
        receiver_id=_party(actor, form.get("receiver", "")),
        starts_on=day_typed(form, "starts_on", _("开始日期")),
        ends_on=day_typed(form, "ends_on", _("结束日期")),
        programmes=_several(form.get("programmes", "")),
        occupations=_several(form.get("occupations", "")),
        cap_hundredths=fen_typed(form, "cap", _("每人上限")) if form.get("cap", "").strip() else None,
        sample_percent=int(percent),
        version=before.terms.version + 1 if before else 1,
        rule_code=form.get("rule_code", ""),
        now=now,
    )


def _party(actor: Actor, code: str) -> int:
    """The institution of that code; a verified firm is admitted by its credit code. Raises InvalidInput."""
    wanted = code.strip().upper()
    try:
        if demand.is_credit_code(wanted):
            try:
                return demand.admit_partner(actor=actor, credit_code=wanted, now=clock.now()).id
            except demand.EnterpriseNotFound:
                pass  # a firm of another unit may have been admitted there
        return institutions.get_institution(wanted).id
    except NotFound as failure:
        what = _("没有编号是“{code}”的单位；企业写统一社会信用代码，要先核验过").format(code=code[:24])
        raise InvalidInput(what=what) from failure


def _several(text: str) -> list[str]:
    """Codes with commas or spaces between them, Chinese ones too."""
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    return [each.strip() for each in text.split("、") if each.strip()][:50]


def _uuid(text: str) -> UUID:
    """The claim's number; one that nobody has for what is none, so that permission is asked first."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
