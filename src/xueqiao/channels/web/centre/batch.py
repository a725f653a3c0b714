"""Many classes from one Excel file: download an empty list, send it filled in, see every problem, open all or none.

The lines travel in the page, signed, between the dry run and the press: nothing of an upload is kept, and what was
checked is what is opened (and is checked again, under the same rules, when it is).
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

from xueqiao.channels.sheets import class_list, reading
from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

SALT, KEPT_SECONDS = "centre.class_list", 4 * 3600
LINES_SHOWN_MAX = 60


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Send a list, look at the dry run, take the answers home as a file, or open every line."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    lines: list[classes.SheetLine] = []
    checked: list[classes.CheckedLine] = []
    refusal, status = "", 200
    if request.method == "POST":
        try:
            lines = _lines_of(request, centre.id)
            checked = classes.access_checked_lines(actor, centre.id, lines, now=now)
            step = request.POST.get("step", "")
            if step == "answers":
                choices = classes.access_sheet_choices(actor, centre.id, now=now)
                return _file(class_list.answered(checked, choices), "开班表-查下来.xlsx")
            if step == "open":
                made = classes.open_class_list(actor=actor, institution_id=centre.id, lines=lines, now=now)
                messages.success(
                    request,
                    ngettext(
                        "做好了 {n} 个班的草稿，教室和老师都占下了。居民还看不到，发布才看得到。",
                        "做好了 {n} 个班的草稿，教室和老师都占下了。居民还看不到，发布才看得到。",
                        len(made),
                    ).format(n=len(made)),
                )
                return redirect("centre_drafts")
        except Refused as refused:
            if refused.status >= 500 or refused.status == 403:
                raise
            refusal, status = refused.message, refused.status
    wrong = [line for line in checked if not line.is_fine]
    context: dict[str, Any] = {
        "centre": centre,
        "refusal": refusal,
        "checked": bool(checked),
        "wrong": [
            {"line": line, "problems": [_problem(each) for each in line.problems]} for line in wrong[:LINES_SHOWN_MAX]
        ],
        "wrong_count": len(wrong),
        "fine": [line for line in checked if line.is_fine][:LINES_SHOWN_MAX],
        "fine_count": len(checked) - len(wrong),
        "kept": _kept(lines, centre.id) if checked else "",
        "limit": classes.LINES_MAX,
    }
    return render(request, "centre/batch.html", context, status=status)


@open_to(DESK)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty list, with this centre's rooms and teachers to choose from."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    return _file(class_list.template(classes.access_sheet_choices(actor, centre.id, now=now)), "开班表.xlsx")


def _problem(each: classes.LineProblem) -> dict[str, str]:
    return {"column": classes.HEADINGS.get(each.column, ""), "words": each.refusal.message}


def _lines_of(request: HttpRequest, institution_id: int) -> list[classes.SheetLine]:
    """The lines of the file that was sent, or of the dry run the page carries. Raises SheetRefused, InvalidInput."""
    sent = request.FILES.get("list")
    if sent is not None:
        if sent.size is None or sent.size > reading.BYTES_MAX:
            raise classes.SheetRefused(what=_("文件太大，超过 1 MB"))
        return class_list.read_list(sent.read())
    kept = request.POST.get("kept", "")
    if not kept:
        raise classes.SheetRefused(what=_("没有选文件"))
    try:
        whose, rows = signing.loads(kept, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as failure:
        raise InvalidInput(what=_("这张表放得太久了，请重新传一次")) from failure
    if whose != institution_id:
        raise InvalidInput(what=_("这张表是另一个单位的，请重新传一次"))
    return [classes.SheetLine(number, cells) for number, cells in rows]


def _kept(lines: list[classes.SheetLine], institution_id: int) -> str:
    rows = [(line.number, dict(line.cells)) for line in lines]
    return signing.dumps((institution_id, rows), salt=SALT, compress=True)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=class_list.TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename=\"classes.xlsx\"; filename*=UTF-8''{_quoted(name)}"
    return response


def _quoted(name: str) -> str:
    return "".join(f"%{each:02X}" for each in name.encode())
