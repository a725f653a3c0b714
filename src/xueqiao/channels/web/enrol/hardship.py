"""因病、去世、搬离申请退费: the resident asks with proof, staff answer within days, two of them above an amount."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.enrol.words import rows_of
from xueqiao.channels.web.gate import RESIDENT, STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

DESK = STAFF("centre_clerk", "county_officer", "city_officer", "province_officer")
CAUSES = (
    ("illness", gettext_lazy("生病，上不了课")),
    ("death", gettext_lazy("学员去世")),
    ("moving", gettext_lazy("搬到外地")),
)
STATES = {
    "asked": gettext_lazy("正在办理"),
    "signed": gettext_lazy("已签一次，等另一人复签"),
    "granted": gettext_lazy("已同意，钱原路退回"),
    "refused": gettext_lazy("没有同意"),
}
_READ_ON = {"proof_needed", "proof_not_readable", "invalid_input", "asked_already", "nothing_to_ask_for"}


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, place_uuid: UUID) -> HttpResponse:
    """One page: why, in words, with papers; then what became of it."""
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            enrolment.ask_hardship_refund(
                actor=actor,
                place_uuid=place_uuid,
                cause=request.POST.get("cause", ""),
                words=request.POST.get("words", ""),
                proofs=[_proof(file) for file in request.FILES.getlist("proof")],
                now=now,
            )
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("申请交上去了，结果会显示在这一页。"))
            return redirect("enrol_hardship", place_uuid=place_uuid)
    run = classes.get_class_by_id(place.run_id, now=now)
    asked = enrolment.access_hardship_of(actor=actor, place_id=place.id, now=now)
    rule = enrolment.refund_now(place=place, now=now, by_hardship=True) if place.state == "confirmed" else None
    context = {
        "place": place,
        "run": run,
        "asked": asked,
        "state_words": STATES[asked.state] if asked else "",
        "causes": CAUSES,
        "chosen": request.POST.get("cause", ""),
        "words": request.POST.get("words", "")[:300],
        "refusal": refusal,
        "rule": rule,
        "can_ask": rule is not None and rule.part > 0 and not (asked and asked.is_open),
        "rows": rows_of(name=people.access_person(actor, place.person_id).name, run=run, now=now),
        "proofs_max": enrolment.PROOFS_MAX,
    }
    return render(request, "enrol/hardship.html", context, status=status)


@open_to(DESK)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Requests that wait in the reader's units, the soonest due first."""
    now = clock.now()
    waiting = enrolment.access_hardship_waiting(actor=actor_of(request), now=now)
    causes = dict(CAUSES)
    rows = [
        {"asked": each, "cause": causes[each.cause], "state": STATES[each.state], "is_late": each.answer_due < now}
        for each in waiting
    ]
    return render(request, "centre/hardship.html", {"rows": rows})


@open_to(DESK)
@require_POST
def decide(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Grant or refuse, with words the person reads."""
    try:
        done = enrolment.decide_hardship_refund(
            actor=actor_of(request),
            request_uuid=request_uuid,
            is_granted=request.POST.get("decision") == "grant",
            words=request.POST.get("words", ""),
            now=clock.now(),
        )
    except Refused as refused:
        if refused.code not in {"other_person_must_sign", "decided_already", "invalid_input"}:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(
            request,
            _("{title}，{name}：{state}。").format(title=done.title, name=done.person_name, state=STATES[done.state]),
        )
    return redirect("centre_hardship")


@open_to(RESIDENT)
@require_safe
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """A paper, for its person and for who decides: as a download, never shown inside our pages."""
    _name, content_type, body = enrolment.access_evidence(actor=actor_of(request), evidence_id=evidence_id)
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[content_type]
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="proof-{evidence_id}.{ending}"'
    return response


def _proof(file: UploadedFile) -> enrolment.Proof:
    return enrolment.Proof((file.name or "")[:80], file.read(enrolment.PROOF_BYTES_MAX + 1))
