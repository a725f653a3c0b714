"""What every request passes first: a request id, limits on size, speed and text, and the headers of the answer.

Text that PostgreSQL or UTF-8 cannot hold is refused here, so that no page has to think of it: NUL anywhere, bytes that
are not UTF-8, character sets other than UTF-8. Speed is counted in the memory of each process: one address may send
`REQUESTS_PER_MINUTE` (a whole centre behind one address stays far below), a signed-in browser counts for itself.
Loopback is not counted; behind a proxy the address comes from X-Forwarded-For, when `XUEQIAO_TRUSTED_PROXY` is on.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.html import escape
from django.utils.translation import gettext, gettext_lazy

BODY_BYTES_MAX = 10 * 1024 * 1024
QUERY_BYTES_MAX = 8 * 1024
REQUESTS_PER_MINUTE = 1200
POSTS_PER_MINUTE = 240
_TRACKED_MAX = 50_000

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TOO_LARGE = gettext_lazy("发来的内容超过 10 MB，没有接收。请缩小文件后再试。")
TOO_FAST = gettext_lazy("点得太快了，请等一分钟再试。您刚才的操作没有生效。")
BAD_TEXT = gettext_lazy("发来的内容里有认不出的字符，没有接收。请重新输入后再试。")
BAD_CHARSET = gettext_lazy("只接收 UTF-8 编码的内容，请换成 UTF-8 后再试。")

request_id: ContextVar[str] = ContextVar("request_id", default="")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def client_address(request: HttpRequest) -> str:
    """The network address of the caller: what our own proxy appended last, else the peer's."""
    peer = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        peer = request.META.get("HTTP_X_FORWARDED_FOR", peer).rsplit(",", 1)[-1].strip() or peer
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    if address.version == 6:  # one household owns a /64
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


class Pace:
    """Counts per key in windows of one minute, in this process's memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._window = -1
        self._counts: dict[str, int] = {}

    def is_within(self, key: str, limit: int) -> bool:
        """Count one more for `key`; False once it passed `limit` in this minute."""
        window = int(self._clock() // 60)
        if window != self._window or len(self._counts) > _TRACKED_MAX:
            self._window, self._counts = window, {}
        count = self._counts[key] = self._counts.get(key, 0) + 1
        return count <= limit


pace = Pace()


class GuardsMiddleware:
    """First of all: see the module."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        mine = secrets.token_hex(8)
        request.request_id = mine  # type: ignore[attr-defined]
        token = request_id.set(mine)
        try:
            response = _refuse_early(request) or self.get_response(request)
        finally:
            request_id.reset(token)
            translation.deactivate()  # the next request of this thread chooses its own language
        response.headers["X-Request-ID"] = mine
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Look into the body once it is known that somebody wants it."""
        if any(isinstance(value, str) and not _is_clean(value) for value in kwargs.values()):
            return plain_refusal(request, 400, BAD_TEXT)
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return None
        return _refuse_body(request)


def _refuse_early(request: HttpRequest) -> HttpResponse | None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        return plain_refusal(request, 413, TOO_LARGE)
    query = request.META.get("QUERY_STRING", "")
    if len(query) > QUERY_BYTES_MAX or len(request.path_info) > QUERY_BYTES_MAX:
        return plain_refusal(request, 414, BAD_TEXT)
    if not _is_clean(request.path_info) or not _is_clean_form(query.encode("latin-1", "replace")):
        return plain_refusal(request, 400, BAD_TEXT)
    if any(not _is_clean(value) for value in request.COOKIES.values()):
        return plain_refusal(request, 400, BAD_TEXT)
    if not _is_paced(request):
        return plain_refusal(request, 429, TOO_FAST, {"Retry-After": "60"})
    return None


def _refuse_body(request: HttpRequest) -> HttpResponse | None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower().replace("_", "-")
    if charset not in {"utf-8", "utf8"}:
        return plain_refusal(request, 415, BAD_CHARSET)
    if request.content_type == "multipart/form-data":
        values = [value for key in request.POST for value in (key, *request.POST.getlist(key))]
        return None if all(_is_clean(v) for v in values) else plain_refusal(request, 400, BAD_TEXT)
    if request.content_type == "application/x-www-form-urlencoded":
        return None if _is_clean_form(request.body) else plain_refusal(request, 400, BAD_TEXT)
    if request.content_type == "application/json":
        try:
            text = request.body.decode("utf-8")
        except UnicodeDecodeError:
            return plain_refusal(request, 400, BAD_TEXT)
        if "\x00" in text or "\\u0000" in text:
            return plain_refusal(request, 400, BAD_TEXT)
    return None


def _is_clean(text: str) -> bool:
    """True for text that UTF-8 and PostgreSQL can hold."""
    if "\x00" in text or "\ufffd" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_clean_form(raw: bytes) -> bool:
    plain = unquote_to_bytes(raw.replace(b"+", b" "))
    if b"\x00" in plain:
        return False
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_paced(request: HttpRequest) -> bool:
    address = client_address(request)
    if address in {"127.0.0.1", "::", "unknown"}:
        return True
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    is_read = request.method in {"GET", "HEAD", "OPTIONS"}
    key = f"{address}|{is_read}"
    limit = REQUESTS_PER_MINUTE if is_read else POSTS_PER_MINUTE
    # A made-up cookie buys nothing: browsers of one address together may send ten times what one may.
    if session and not pace.is_within(f"{key}|{session[:64]}", limit):
        return False
    return pace.is_within(key, limit * 10 if session else limit)


def wants_json(request: HttpRequest) -> bool:
    """True for programs: the API, and callers that accept JSON but not HTML."""
    accept = request.headers.get("Accept", "")
    return request.path_info.startswith("/api/") or ("json" in accept and "html" not in accept)


def plain_refusal(
    request: HttpRequest, status: int, text: object, headers: dict[str, str] | None = None
) -> HttpResponse:
    """A refusal that needs neither templates nor the database: for requests too odd to show a page to."""
    mine = getattr(request, "request_id", "")
    if wants_json(request):
        with translation.override(translation.get_language_from_request(request)):
            title = str(text)
        return HttpResponse(
            json.dumps(
                {
                    "type": f"urn:xueqiao:problem:http-{status}",
                    "title": title,
                    "status": status,
                    "request_id": mine,
                },
                ensure_ascii=False,
            ),
            content_type="application/problem+json",
            status=status,
            headers=headers,
        )
    page = (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(gettext('没有办成'))} · {escape(gettext('学桥'))}</title>"
        f'<link rel="stylesheet" href="{settings.STATIC_URL}web/xueqiao.css">'
        f'<main class="wrap narrow stack"><h1>{escape(gettext("没有办成"))}</h1><p>{escape(str(text))}</p>'
        f'<p>{escape(gettext("自己弄不成，请打电话："))}<a href="tel:{escape(settings.HELP_PHONE)}">'
        f'{escape(settings.HELP_PHONE)}</a></p><p><a class="button" href="/">{escape(gettext("回到首页"))}</a></p>'
        f'<p class="muted">{escape(gettext("请求编号"))} {escape(mine)}</p></main></html>'
    )
    return HttpResponse(page, status=status, headers=headers)


def address_mark(request: HttpRequest) -> str:
    """A mark of the caller's address that forms can carry: equal for equal addresses, unreadable for others."""
    return salted_hmac("web.address", client_address(request), algorithm="sha256").hexdigest()[:16]
