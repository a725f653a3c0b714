"""Errors as RFC 9457 problem details, in the caller's language (Accept-Language: zh or en), each with a request id."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from xueqiao.foundation.reasons import Refused

PROBLEM_TYPE = "urn:xueqiao:problem:"
_WORDS = {
    400: gettext_lazy("发来的内容看不懂，请检查格式后再试。"),
    401: gettext_lazy("请先登录：带上访问令牌，或者先在浏览器里登录。"),
    403: gettext_lazy("这次请求没有权限，什么都没有改动。"),
    404: gettext_lazy("没有找到您要的内容，可能已经下架或地址有误。"),
    405: gettext_lazy("这个地址不接受这种方法。"),
    409: gettext_lazy("这一步没有办成，什么都没有改动。"),
    415: gettext_lazy("只接收 UTF-8 编码的 JSON。"),
    422: gettext_lazy("填写的内容有误，请按 errors 里的说明改正后再试。"),
    429: gettext_lazy("请求太快了，请稍后再试。"),
}


class Problem(Schema):
    """RFC 9457. `type` is stable for machines, `title` is for people, `errors` names the fields that were wrong."""

    type: str
    title: str
    status: int
    request_id: str = ""
    errors: list[dict[str, Any]] = []


def problem(
    request: HttpRequest, status: int, code: str, title: str, *, errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    """Build one problem answer."""
    body: dict[str, Any] = {
        "type": PROBLEM_TYPE + code,
        "title": title,
        "status": status,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = errors
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="xueqiao"'
    return response


def speak_problems(api: NinjaAPI) -> None:
    """Answer every error of `api` as a problem."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
        return problem(request, refusal.status, refusal.code, refusal.message)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        errors = [
            {"where": ".".join(str(step) for step in e.get("loc", ())), "why": str(e.get("msg", ""))}
            for e in exc.errors[:20]
        ]
        return problem(request, 422, "validation", str(_WORDS[422]), errors=errors)

    @api.exception_handler(AuthenticationError)
    def unknown_caller(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
        return problem(request, 401, "sign_in_needed", str(_WORDS[401]))

    @api.exception_handler(Throttled)
    def throttled(request: HttpRequest, exc: Throttled) -> HttpResponse:
        response = problem(request, 429, "too_fast", str(_WORDS[429]))
        response.headers["Retry-After"] = str(exc.wait or 60)
        return response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, exc: Http404) -> HttpResponse:
        return problem(request, 404, "not_found", str(_WORDS[404]))

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, exc: HttpError) -> HttpResponse:
        words = _WORDS.get(exc.status_code)
        return problem(request, exc.status_code, f"http-{exc.status_code}", str(words or gettext("请求没有办成。")))
