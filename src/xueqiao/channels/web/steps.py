"""One press of a desk: do it, say what was done or why not, and show the desk again."""

from __future__ import annotations

from collections.abc import Callable

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
