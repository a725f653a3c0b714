"""存学员成果: an institution's own people send a list, see what would happen line by line, and deposit the good lines.

The lines travel in the page, signed, between the dry run and the press: nothing of an upload is kept, and what was
checked is what is deposited (and is checked again, under the same rules, when it is).
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.sheets import reading, trainee_list
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes.api import SheetRefused
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.demand import api as demand
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

SALT, KEPT_SECONDS = "agreement.trainees", 4 * 3600
LINES_SHOWN_MAX = 40


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Send a list, look at the dry run, take the answers home as a file, or deposit the good lines."""
    actor, now = demand.acting_for_firms(actor_of(request)), clock.now()
    view = credit_bank.access_agreement_to_deposit(actor=actor, code=code)
    lines: list[credit_bank.TraineeLine] = []
    checked: tuple[credit_bank.CheckedTrainee, ...] = ()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            lines = _lines_of(request, code)
            step = request.POST.get("step", "")
            if step == "deposit":
                told = credit_bank.deposit_trainees(actor=actor, code=code, lines=lines, now=now)
                messages.success(request, _told(told))
                return redirect("agreement_trainees", code=code)
            checked = credit_bank.access_checked_trainees(actor=actor, code=code, lines=lines, now=now)
            if step == "answers":
                return _file(trainee_list.answered(checked), "学员成果-查下来.xlsx")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            refusal, status = refused.message, refused.status
    by_state = {state: [each for each in checked if each.state == state] for state in ("good", "known", "wrong")}
    context: dict[str, Any] = {
        "terms": view,
        "refusal": refusal,
        "checked": bool(checked),
        "good": by_state["good"][:LINES_SHOWN_MAX],
        "good_count": len(by_state["good"]),
        "amount": credit_bank.credits_text(sum(each.amount_hundredths for each in by_state["good"])),
        "known_count": len(by_state["known"]),
        "wrong": [{"line": each, "words": trainee_list.answer_words(each)} for each in by_state["wrong"]][
            :LINES_SHOWN_MAX
        ],
        "wrong_count": len(by_state["wrong"]),
        "kept": _kept(lines, code) if checked else "",
        "limit": credit_bank.TRAINEE_LINES_MAX,
    }
    return render(request, "agreements/trainees.html", context, status=status)


@open_to(RESIDENT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty list."""
    return _file(trainee_list.template(), "学员成果.xlsx")


def _told(told: credit_bank.Deposited) -> str:
    said = ngettext("存好了 {n} 行，共 {credits} 学分。", "存好了 {n} 行，共 {credits} 学分。", told.deposited)
    words = said.format(n=told.deposited, credits=told.amount_text)
    if told.known:
        words += _("{n} 行以前存过，没有再存。").format(n=told.known)
    if told.wrong:
        words += _("{n} 行有错，没有存。").format(n=told.wrong)
    return words


def _lines_of(request: HttpRequest, code: str) -> list[credit_bank.TraineeLine]:
    """The lines of the file that was sent, or of the dry run the page carries. Raises SheetRefused, InvalidInput."""
    sent = request.FILES.get("list")
    if sent is not None:
        if sent.size is None or sent.size > reading.BYTES_MAX:
            raise SheetRefused(what=_("文件太大，超过 1 MB"))
        return trainee_list.read_list(sent.read())
    kept = request.POST.get("kept", "")
    if not kept:
        raise SheetRefused(what=_("没有选文件"))
    try:
        whose, rows = signing.loads(kept, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as failure:
        raise InvalidInput(what=_("这张表放得太久了，请重新传一次")) from failure
    if whose != code:
        raise InvalidInput(what=_("这张表是另一份协议的，请重新传一次"))
    return [credit_bank.TraineeLine(number, cells) for number, cells in rows]


def _kept(lines: list[credit_bank.TraineeLine], code: str) -> str:
    rows = [(line.number, dict(line.cells)) for line in lines]
    return signing.dumps((code, rows), salt=SALT, compress=True)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=trainee_list.TYPE)
    quoted = "".join(f"%{each:02X}" for each in name.encode())
    response.headers["Content-Disposition"] = f"attachment; filename=\"trainees.xlsx\"; filename*=UTF-8''{quoted}"
    return response
