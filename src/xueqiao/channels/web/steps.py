"""One press of a desk: do it, say what was done or why not, and show the desk again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xueqiao.foundation.reasons import Refused

SLIP = "slip"  # in the session: what was typed into the form that was refused last
FIELDS_MAX, TYPED_LENGTH_MAX = 12, 300
IN_WORDS = (409, 422)  # what the reader can mend; anything else is for the error pages


def step_done(request: HttpRequest, deed: Callable[[], object], *, said: str, then: str) -> HttpResponse:
    """Do `deed`; `said` when it went well, else the refusal's own words; then back to the page named `then`."""
    try:
        deed()
    except Refused as refused:
        if refused.status not in IN_WORDS:
            raise
        say_why_not(request, refused)
    else:
        messages.success(request, said)
    return redirect(then)


def say_why_not(request: HttpRequest, refused: Refused) -> None:
    """Say it on the next page, and keep what was typed for its form there: `{% kept %}` puts it back into the field."""
    messages.error(request, refused.message)
    typed = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken" and value]
    short = {name: str(value)[:TYPED_LENGTH_MAX] for name, value in typed[:FIELDS_MAX]}
    request.session[SLIP] = {"at": request.path, "typed": short}


def typed_before(request: HttpRequest, address: str) -> dict[str, str]:
    """What was typed into the form sent to `address`, if that was the one refused last; for one page."""
    if not hasattr(request, SLIP):
        setattr(request, SLIP, request.session.pop(SLIP, {}))
    slip = getattr(request, SLIP)
    return dict(slip.get("typed", {})) if slip.get("at") == address else {}


@dataclass(frozen=True)
class Pressed:
    """What came of a form that stands on the page it is sent to. refusal, status: to be shown there."""

    is_done: bool
    refusal: str = ""
    status: int = 200


def pressed(request: HttpRequest, deed: Callable[[], str], *, mendable: Collection[str]) -> Pressed:
    """Do `deed` if the form was sent, and say what it returns. A refusal is for the same page when its code is one of
    `mendable`, so that what was typed stays; the others are raised."""
    if request.method != "POST":
        return Pressed(is_done=False)
    try:
        said = deed()
    except Refused as refused:
        if refused.code not in mendable:
            raise
        return Pressed(False, refused.message, refused.status)
    messages.success(request, said)
    return Pressed(is_done=True)
