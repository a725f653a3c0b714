"""Pages that help: help itself, the style guide, and what makes the site installable."""

import hashlib
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.channels.web.place import place_of
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock

SHELL = ("web/xueqiao.css", "web/xueqiao.js", "web/kit.js", "web/icon.svg")


def _words() -> list[tuple[str, str]]:
    """The glossary of status words, each with one line that anybody understands."""
    return [
        (_("报名中"), _("有座位，现在就能报。")),
        (_("待交费"), _("座位给您留着，交了钱才算报上。")),
        (_("已报名"), _("座位是您的了，到时去上课。")),
        (_("候补中"), _("座位满了，您在排队。有人退课就通知您。")),
        (_("抽签录取"), _("报的人比座位多，到日子公开抽签，先报后报机会一样。")),
        (_("已退课"), _("座位已经让出来，该退的钱原路退回。")),
        (_("已结业"), _("出勤够了，课上完了。")),
        (_("学分"), _("上完课记下的成绩，存在您名下，以后换证书用得上。")),
        (_("存入学分"), _("看清依据后按一下，学分就进您的账户。")),
        (_("代办"), _("经您同意，家人或窗口替您操作，谁办的都有记录。")),
    ]


def _desk(request: HttpRequest) -> institutions.InstitutionView | None:
    """The centre that serves the reader's place, None when there is no place or no such centre."""
    place = place_of(request)
    if place is None:
        return None
    centres = institutions.institutions_covering(place.code, kind="township_centre", on=clock.local_date(clock.now()))
    return centres[0] if centres else None


@open_to(EVERYBODY)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Phone, the desk of the place the reader chose, how-to cards, what each word means."""
    words = [{"name": name, "meaning": meaning} for name, meaning in _words()]
    return render(request, "help/help.html", {"words": words, "desk": _desk(request)})


@open_to(EVERYBODY)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the installed app shows when there is no network and no kept copy of the page."""
    return render(request, "help/offline.html")


@open_to(EVERYBODY)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it covers the whole site; its version follows the shell's content."""
    digest = hashlib.sha256()
    for name in SHELL:
        found = finders.find(name)
        if found:
            digest.update(Path(str(found)).read_bytes())
    response = render(
        request,
        "help/sw.js",
        {"version": digest.hexdigest()[:12], "shell": [static(name) for name in SHELL] + ["/offline/"]},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response


@open_to(EVERYBODY)
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest."""
    icons = [
        {"src": static("web/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("web/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        {"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    return JsonResponse(
        {
            "name": "学桥 · 家门口的课",
            "short_name": "学桥",
            "lang": "zh-Hans",
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbfaf6",
            "theme_color": "#084b58",
            "icons": icons,
            "shortcuts": [{"name": "我的课", "url": "/mine/"}, {"name": "找课", "url": "/find/"}],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _sample_cards() -> list[SimpleNamespace]:
    today = clock.local_date(clock.now())
    rows = [
        ("智能手机影像创作（初级）", 0, (19, 0), 6, 30, 0, "first_come", 640),
        ("咖啡拉花入门", 0, (19, 30), 2, 24, 24000, "first_come", 2100),
        ("太极拳二十四式", 1, (8, 30), 0, 40, 0, "first_come", 600),
        ("古筝（春季班）", 6, (14, 0), 20, 20, 24000, "draw", None),
    ]
    return [
        SimpleNamespace(
            code="STYLE",
            title=title,
            starts_at=clock.at_local(today + timedelta(days=days), *at),
            ends_at=clock.at_local(today + timedelta(days=days), *at) + timedelta(minutes=90),
            venue_name="盛泽镇社区教育中心 302 室",
            institution_name="盛泽镇社区教育中心",
            seats_left=left,
            capacity=capacity,
            to_pay_fen=to_pay,
            admission=admission,
            distance_metres=distance,
            walk_minutes=9 if distance and distance < 2000 else None,
            enrolment="open",
            has_lift=left != 2,
            suits_elders=to_pay == 0,
        )
        for title, days, at, left, capacity, to_pay, admission, distance in rows
    ]


@open_to(EVERYBODY)
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part of the design in all its states, on one page that the browser tests walk."""
    now = clock.now()
    return render(
        request,
        "help/styleguide.html",
        {
            "cards": _sample_cards(),
            "steps": ["给谁报名", "核对", "交费"],
            "colours": [
                "ink",
                "ink-2",
                "lake",
                "lake-7",
                "lake-1",
                "plum",
                "plum-1",
                "gold",
                "rice",
                "pine",
                "pine-1",
                "brick",
                "brick-1",
                "sky",
                "sky-1",
                "paper",
                "card",
                "mist",
                "line",
                "line-strong",
            ],
            "rows": [
                {"label": "学员", "value": "张桂兰", "change_url": "#who"},
                {"label": "班级", "value": "智能手机影像创作（初级）"},
                {"label": "时间", "value": "每周三 19:00–20:30，共 8 次", "change_url": "#cards"},
                {"label": "地点", "value": "盛泽镇社区教育中心 302 室（有电梯）"},
            ],
            "people": [
                {"value": "1", "label": "我自己", "hint": "李秀梅", "checked": True},
                {"value": "2", "label": "妈妈", "hint": "张桂兰，68 岁"},
                {"value": "3", "label": "儿子", "hint": "王小宝，9 岁，不在这个班的年龄范围", "disabled": True},
            ],
            "chips": [
                {"text": "今晚", "href": "#chips", "on": True, "count": 12},
                {"text": "明天", "href": "#chips", "count": 31},
                {"text": "周末", "href": "#chips", "count": 18},
                {"text": "免费", "href": "#chips", "count": 25},
                {"text": "有电梯", "href": "#chips", "count": 9},
            ],
            "columns": [{"label": "姓名"}, {"label": "报名方式"}, {"label": "出勤", "num": True}],
            "table_rows": [
                [
                    {"text": "张*兰", "label": "姓名"},
                    {"text": "家人代报", "label": "报名方式"},
                    {"text": "6/8", "label": "出勤", "num": True},
                ],
                [
                    {"text": "周*明", "label": "姓名"},
                    {"text": "中心窗口", "label": "报名方式"},
                    {"text": "8/8", "label": "出勤", "num": True},
                ],
            ],
            "events": [
                {"at": now - timedelta(days=20), "text": "报名成功", "kind": "done"},
                {"at": now - timedelta(days=6), "text": "第一次签到", "who": "陆建芬老师", "kind": "done"},
                {"at": now + timedelta(days=1), "text": "下一次上课"},
            ],
            "now": now,
            "site": settings.SITE_OWNER,
        },
    )
