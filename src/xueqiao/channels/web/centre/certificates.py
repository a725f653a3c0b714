"""The centre's certificates in bulk: how many wait, one press, and how far it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.views import centre_of
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock


@open_to(STAFF("centre_clerk"))
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """See how many wait; order them all."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    if request.method == "POST":
        made = credit_bank.order_certificates(actor=actor, institution_id=centre.id, now=now)
        words = _("开始出具 {count} 张证书，可以离开这一页，回来看进度。")
        messages.success(request, words.format(count=made.total))
        return redirect("centre_certificates")
    waiting, _last = credit_bank.waiting_completions(centre.id)
    batches = credit_bank.access_batches(actor=actor)
    running = any(batch.done_at is None for batch in batches)
    context = {"here": "centre", "centre": centre, "waiting": waiting, "batches": batches, "running": running}
    return render(request, "centre/certificates.html", context)
