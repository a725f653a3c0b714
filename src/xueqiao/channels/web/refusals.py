"""How a refusal looks: a whole page, a fragment for htmx, or problem+json for programs; each with its status."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from xueqiao.channels.web import gate, sessions
from xueqiao.channels.web.guards import plain_refusal, wants_json
from xueqiao.domains.people.api import FactorNeeded
from xueqiao.foundation.reasons import NotAllowed, Refused

log = logging.getLogger(__name__)

NOT_FOUND = gettext_lazy("没有找到这一页，可能已经下架或网址有误。请返回首页重新查找。")
BAD_REQUEST = gettext_lazy("发来的内容看不懂，没有接收。请返回上一页重新填写。")
BROKEN = gettext_lazy("我们这边出错了，您刚才的操作没有生效。请过几分钟再试，或打电话请人帮忙。")
FORGED = gettext_lazy("这一页放得太久或不是从本网站打开的，为了安全没有接收。请返回上一页刷新后再试。")


class GateMiddleware:
    """Opens no view that does not say to whom it is open, shows refusals, keeps personal pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            if request.user.is_authenticated:
                sessions.keep_alive(request)
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse a view without `open_to`; API operations ask for themselves. Sets `request.acting_for`."""
        if getattr(view, "audience", None) is None and not is_open_elsewhere(view):
            log.error("view %r says to nobody that it is open: add @open_to", view)
            return refuse(request, NotAllowed())
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not wants_json(request):
            request.acting_for = gate.acting_for(request)  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn an expected refusal into its page. Everything else goes on to `server_error`."""
        if isinstance(exception, FactorNeeded):
            return HttpResponseRedirect("/staff/factor/")
        if isinstance(exception, Refused):
            return refuse(request, exception)
        return None


def is_open_elsewhere(view: Any) -> bool:
    """True for views that bring a gate of their own: the API's operations, and static files."""
    module = getattr(view, "func", view).__module__  # the API's schema is a functools.partial
    return module.startswith(("ninja.", "django.contrib.staticfiles", "django.views.static"))


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Show a refusal with its status: fragment, problem+json or page."""
    if wants_json(request):
        return plain_refusal(request, refusal.status, refusal.message)
    return _show(request, refusal.status, refusal.message)


def _show(request: HttpRequest, status: int, message: str) -> HttpResponse:
    context = {
        "message": message,
        "status": status,
        "request_id": getattr(request, "request_id", ""),
        "back_url": _back(request),
        "help_phone": settings.HELP_PHONE,
    }
    if gate.is_fragment(request):
        text = render_to_string("parts/notice.html", {"kind": "error", "text": message}, request)
        return HttpResponse(text, status=status)
    try:
        template = get_template(f"{status}.html")
    except TemplateDoesNotExist:
        template = get_template("409.html")
    return HttpResponse(template.render(context, request), status=status)


def _back(request: HttpRequest) -> str:
    """The page the reader came from, when it is one of ours and not this very one."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, request.get_host()):
        return ""
    return came_from if came_from != request.build_absolute_uri() else ""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page."""
    if wants_json(request):
        return plain_refusal(request, 404, NOT_FOUND)
    return _show(request, 404, str(NOT_FOUND))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own PermissionDenied."""
    return refuse(request, NotAllowed())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Requests Django itself finds suspicious: too many fields, a wrong host, a broken upload."""
    return plain_refusal(request, 400, BAD_REQUEST)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not sent from a page of ours, or from one left open too long."""
    if wants_json(request):
        return plain_refusal(request, 403, FORGED)
    return _show(request, 403, str(FORGED))


def server_error(request: HttpRequest) -> HttpResponse:
    """The last net: says sorry, whom to call, and the request id an operator can search for. Needs no database."""
    log.error("request %s failed: %s %s", getattr(request, "request_id", ""), request.method, request.path)
    return plain_refusal(request, 500, gettext(str(BROKEN)))
