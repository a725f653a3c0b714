"""One press of a desk: do it, say what was done or why not, and show the desk again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xueqiao.foundation.reasons import Refused

IN_WORDS = (409, 422)  # what the reader can mend; anything else is for the error pages


def step_done(request: HttpRequest, deed: Callable[[], object], *, said: str, then: str) -> HttpResponse:
    """Do `deed`; `said` when it went well, else the refusal's own words; then back to the page named `then`."""
    try:
        deed()
    except Refused as refused:
        if refused.status not in IN_WORDS:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect(then)


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
