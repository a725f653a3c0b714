"""What anybody may see of a draw, from its published files, and the receipt of one's own line."""

from __future__ import annotations

import mimetypes
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from xueqiao.channels.web.draws import words
from xueqiao.channels.web.gate import EVERYBODY, RESIDENT, actor_of, open_to
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.reasons import NotFound


@open_to(EVERYBODY)
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The draw in three sentences, what was published when, the classes, the fairness report, the files."""
    view = enrolment.get_draw(code)
    report = enrolment.report_of(view)
    actor = actor_of(request)
    own = enrolment.receipts_of(actor=actor, round_id=view.round_id) if actor.person_id else []
    return render(
        request,
        "draws/show.html",
        {
            "draw": view,
            "state": words.STATES[view.state],
            "steps": words.protocol(view),
            "desks": _desks(view),
            "report": report,
            "tables": words.report_tables(report) if report else [],
            "gini": [(each["round"], f"{each['value'] / 10_000:.2f}") for each in report["gini_ten_thousandths"]]
            if report
            else [],
            "files": enrolment.published_names(view),
            "archive": f"draw-{view.code}.zip",
            "own": own,
        },
    )


def _desks(view: enrolment.DrawView) -> list[dict[str, Any]]:
    return [
        {
            "title": desk.title,
            "code": desk.code,
            "seats": desk.seats,
            "kept": [(words.BUCKETS[bucket], seats) for bucket, seats in desk.kept],
        }
        for desk in view.desks
    ]


@open_to(EVERYBODY)
@require_safe
def list_lines(request: HttpRequest, code: str) -> HttpResponse:
    """The frozen list, a page at a time; ?line= leads to the page of a line."""
    view = enrolment.get_draw(code)
    line, typed = _number(request, "line"), request.GET.get("line", "").strip()[:8]
    page = enrolment.list_page(view, _number(request, "page") or 1)
    if 0 < line <= page.total:
        return redirect(f"{reverse('draw_list', args=[view.code])}?page={enrolment.page_with(line)}#line-{line}")
    rows = [{"line": each, "buckets": [words.BUCKETS[b] for b in each.buckets]} for each in page.lines]
    return render(request, "draws/list.html", {"draw": view, "page": page, "rows": rows, "missing": typed})


@open_to(EVERYBODY)
@require_safe
def result_lines(request: HttpRequest, code: str) -> HttpResponse:
    """The result in drawn order, a page at a time."""
    view = enrolment.get_draw(code)
    page = enrolment.result_page(view, _number(request, "page") or 1)
    titles = {desk.code: desk.title for desk in view.desks}
    rows = [{"line": each, "title": titles.get(each.run_code, "")} for each in page.lines]
    return render(request, "draws/result.html", {"draw": view, "page": page, "rows": rows})


@open_to(EVERYBODY)
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """「自己验一验」: the browser fetches the files and runs the draw again, with the verifier that ships with them."""
    view = enrolment.get_draw(code)
    if not view.is_drawn:
        return redirect("draw_show", code=view.code)
    names = " ".join(name for name, _size in enrolment.published_names(view))
    return render(request, "draws/check.html", {"draw": view, "names": names, "archive": f"draw-{view.code}.zip"})


@open_to(EVERYBODY)
@require_safe
def script(request: HttpRequest, name: str) -> HttpResponse:
    """The verifier's scripts, the very bytes that are inside the published page."""
    try:
        content = enrolment.script_bytes(name)
    except FileNotFoundError as reason:
        raise NotFound from reason
    return HttpResponse(
        content, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "max-age=300"}
    )


@open_to(EVERYBODY)
@require_safe
def file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A published file, or the zip of all."""
    path = enrolment.published_file(code, name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(  # type: ignore[return-value]
        path.open("rb"), as_attachment=True, filename=name, content_type=kind
    )


@open_to(RESIDENT)
@require_safe
def receipt(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """One's own line, proved; to print."""
    found = enrolment.access_receipt(actor=actor_of(request), entry_uuid=entry_uuid)
    view = enrolment.get_draw(found.round_code)
    titles = {desk.code: desk.title for desk in view.desks}
    line = found.line.split(",")
    return render(
        request,
        "draws/receipt.html",
        {
            "draw": view,
            "receipt": found,
            "entry_uuid": entry_uuid,
            "short": found.pseudonym[:12],
            "mark": words.mark(found.list_root),
            "size": line[2],
            "weight": line[3],
            "wishes": [titles.get(code, code) for code in line[-1].split(" ")],
            "won_title": titles.get(found.result.run_code, "") if found.result else "",
            "waiting": [
                (titles.get(code, code), place)
                for code, place in zip(line[-1].split(" "), found.result.waiting, strict=False)
            ]
            if found.result
            else [],
        },
    )


@open_to(RESIDENT)
@require_safe
def receipt_file(request: HttpRequest, entry_uuid: UUID) -> HttpResponse:
    """The receipt as a file, for `xueqiao draw receipt`."""
    found = enrolment.access_receipt(actor=actor_of(request), entry_uuid=entry_uuid)
    return HttpResponse(
        enrolment.receipt_bytes(found.content),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="receipt-{found.entry_code}.json"'},
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
