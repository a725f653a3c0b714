"""What the reader was told: classes moved or cancelled, seats offered, money on its way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def notices_page(request: HttpRequest) -> HttpResponse:
    """Newest first; one press marks all as read."""
    actor = actor_of(request)
    if request.method == "POST":
        people.read_notices(actor=actor, now=clock.now())
        return HttpResponseRedirect(request.path)
    return render(request, "mine/notices.html", {"here": "mine", "notices": people.notices_of(actor)})
