"""Pages that need no Django request: rendered once per room and look, then only numbers are put in."""

from __future__ import annotations

from html import escape
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from xueqiao.channels.rush.words import WaitingWords
from xueqiao.domains.enrolment.api import RoomView
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import Refused

_KEPT_MAX = 2_000
_TITLE, _LEAD, _REFRESH, _LINE = "\x01title\x01", "\x01lead\x01", "\x01refresh\x01", "\x01line{}\x01"


class Pages:
    """Rendered pages by room and look. A page says nothing of who reads it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], str] = {}

    def waiting(self, room: RoomView, words: WaitingWords, look: dict[str, str]) -> bytes:
        key = (room.code, room.title, words.is_full, words.seldom, len(words.lines), *look.values())
        page = self._kept.get(key)
        if page is None:
            if len(self._kept) >= _KEPT_MAX:
                self._kept.clear()
            page = self._kept[key] = _render(room, words, look)
        page = page.replace(_TITLE, words.title).replace(_LEAD, words.lead).replace(_REFRESH, str(words.refresh))
        for number, line in enumerate(words.lines):
            page = page.replace(_LINE.format(number), line)
        return page.encode()

    def refused(self, refusal: Refused, code: str, language: str) -> bytes:
        with translation.override(language):
            return _plain(_("这一步没有办成"), refusal.message, f"/rush/{code}/", _("回到等候室")).encode()


def _render(room: RoomView, words: WaitingWords, look: dict[str, str]) -> str:
    lines = tuple(_LINE.format(number) for number in range(len(words.lines)))
    blank = SimpleNamespace(
        title=_TITLE, lead=_LEAD, lines=lines, refresh=_REFRESH, is_full=words.is_full, seldom=words.seldom
    )
    with translation.override(look["lang"]):
        context = {"room": room, "words": blank, "help_phone": settings.HELP_PHONE}
        return render_to_string("rush/waiting.html", context, request=_reader(f"/rush/{room.code}/", look))


def _reader(path: str, look: dict[str, str]) -> Any:
    """A request of nobody in particular, as the page's frame wants one."""
    host = settings.PUBLIC_URL.partition("://")[2] or next((h for h in settings.ALLOWED_HOSTS if h != "*"), "localhost")
    request = HttpRequest()
    request.method, request.path = "GET", path
    request.META = {"HTTP_HOST": host, "SERVER_NAME": host, "SERVER_PORT": "443"}
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    request.mode, request.contrast = look["mode"], look["contrast"]  # type: ignore[attr-defined]
    request._actor = Actor.visitor()  # type: ignore[attr-defined]
    return request


def busy_page() -> bytes:
    """What is said to whom we cannot serve this moment, in both languages."""
    return _BUSY


def _plain(title: str, text: str, href: str, button: str) -> str:
    phone = escape(settings.HELP_PHONE)
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{settings.STATIC_URL}web/xueqiao.css">'
        f'<main class="wrap narrow stack"><h1>{escape(title)}</h1><p>{escape(text)}</p>'
        f'<p><a class="button primary" href="{escape(href)}">{escape(button)}</a></p>'
        f'<p><a href="tel:{phone}">{phone}</a></p></main></html>'
    )


_BUSY = _plain(
    "现在人很多",
    "网站一时忙不过来，您刚才的操作没有丢，也没有扣钱。请等十来秒，再按一次。也可以打下面的电话。"
    "Too many people at this moment. Nothing was lost and nothing was charged: please try again in ten seconds.",
    "",
    "再试一次 Try again",
).encode()
