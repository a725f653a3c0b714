"""Words and shapes for pages: dates and money as people read them, the seat arch, links that switch the mode."""

import math
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xueqiao.channels.web.steps import typed_before
from xueqiao.foundation import clock, money

register = template.Library()

NBSP = "\u00a0"
WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
MONTHS = (
    gettext_noop("1 月"),
    gettext_noop("2 月"),
    gettext_noop("3 月"),
    gettext_noop("4 月"),
    gettext_noop("5 月"),
    gettext_noop("6 月"),
    gettext_noop("7 月"),
    gettext_noop("8 月"),
    gettext_noop("9 月"),
    gettext_noop("10 月"),
    gettext_noop("11 月"),
    gettext_noop("12 月"),
)
STONES_MAX = 40  # more seats than this and one stone of the arch stands for several seats


def _day_words(day: date) -> str:
    words = _("{month} {day} 日").format(month=_(MONTHS[day.month - 1]), day=day.day)
    if day.year != clock.local_date(clock.now()).year:
        words = _("{year} 年 {words}").format(year=day.year, words=words)
    return words.replace(" ", NBSP)


def weekday_words(day: date) -> str:
    """`3 月 5 日 周三`, plain text that may break; the year is named when it is not this year."""
    return f"{_day_words(day).replace(NBSP, ' ')} {_(WEEKDAYS[day.weekday()])}"


def _local_day(value: date | datetime) -> date:
    return clock.local_date(value) if isinstance(value, datetime) else value


@register.filter
def hour(value: datetime | None) -> str:
    """The wall-clock time, 24 hours: `19:00`."""
    return "" if value is None else f"{clock.local(value):%-H:%M}"


@register.filter
def day_words(value: date | datetime | None) -> str:
    """`3 月 5 日`, plain text (for attributes); the year is named when it is not this year."""
    return "" if value is None else _day_words(_local_day(value))


@register.filter
def moment_words(value: datetime | None) -> str:
    """`3 月 5 日 周三 19:00`, plain text (for attributes and messages)."""
    if value is None:
        return ""
    return f"{_day_words(_local_day(value))} {_(WEEKDAYS[_local_day(value).weekday()])} {hour(value)}"


@register.filter
def day(value: date | datetime | None) -> str:
    """`3 月 5 日 周三` as a <time> that never breaks inside a part."""
    if value is None:
        return ""
    that = _local_day(value)
    return format_html(
        '<time datetime="{}"><span class="nb">{}</span> <span class="nb">{}</span></time>',
        that.isoformat(),
        _day_words(that),
        _(WEEKDAYS[that.weekday()]),
    )


@register.filter
def moment(value: datetime | None) -> str:
    """`3 月 5 日 周三 19:00` as a <time>."""
    if value is None:
        return ""
    that = _local_day(value)
    return format_html(
        '<time datetime="{}"><span class="nb">{}</span> <span class="nb">{} {}</span></time>',
        clock.local(value).isoformat(timespec="minutes"),
        _day_words(that),
        _(WEEKDAYS[that.weekday()]),
        hour(value),
    )


@register.filter
def until(start: datetime | None, end: datetime | None) -> str:
    """`19:00–20:30` from two moments of one day."""
    if start is None:
        return ""
    words = hour(start) if end is None else f"{hour(start)}–{hour(end)}"
    return format_html('<span class="nb num">{}</span>', words)


@register.filter
def relative_day(value: datetime | None) -> str:
    """今早, 今天, 今晚, 明早, 明天, 明晚, 后天, then 周六 within a week, then the date."""
    if value is None:
        return ""
    that, today = clock.local(value), clock.local_date(clock.now())
    days = (that.date() - today).days
    part = 0 if that.hour < 12 else 2 if that.hour >= 18 else 1
    if days == 0:
        return (_("今早"), _("今天"), _("今晚"))[part]
    if days == 1:
        return (_("明早"), _("明天"), _("明晚"))[part]
    if days == 2:
        return _("后天")
    if 2 < days < 7:
        return _(WEEKDAYS[that.weekday()])
    return _day_words(that.date())


@register.filter
def is_today(value: datetime | None) -> bool:
    """True when the moment falls on today's calendar day in the region."""
    return value is not None and clock.local_date(value) == clock.local_date(clock.now())


@register.filter
def yuan(amount_fen: int | None) -> str:
    """`3000 -> 30 元` (fen in, words out)."""
    return (
        ""
        if amount_fen is None
        else format_html('<span class="nb num">{}</span>', _("{yuan} 元").format(yuan=money.yuan(int(amount_fen))))
    )


@register.filter
def price(amount_fen: int | None) -> str:
    """免费, or `30 元`."""
    if amount_fen is None:
        return ""
    return _("免费") if int(amount_fen) == 0 else yuan(amount_fen)


_DIGITS = "零一二三四五六七八九"


@register.filter
def yuan_spoken(amount_fen: int | None) -> str:
    """The amount in Chinese words, for sums above 200 yuan: `24000 -> 二百四十元`."""
    if amount_fen is None:
        return ""
    whole, fen = divmod(abs(int(amount_fen)), 100)

    def below_10000(number: int) -> str:
        words, gap = "", False
        for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, number = divmod(number, size)
            if digit:
                words += ("零" if gap and words else "") + _DIGITS[digit] + name
                gap = False
            else:
                gap = True
        return words

    high, low = divmod(whole, 10000)
    words = (below_10000(high) + "万" if high else "") + ("零" if high and 0 < low < 1000 else "") + below_10000(low)
    words = (words or "零") + "元"
    if fen:
        jiao, rest = divmod(fen, 10)
        words += (_DIGITS[jiao] + "角" if jiao else "零") + (_DIGITS[rest] + "分" if rest else "")
    return words[1:] if words.startswith("一十") else words


@register.filter
def credits(hundredths: int | None) -> str:
    """Credits are stored in hundredths: `150 -> 1.5`, `-80 -> -0.8`."""
    if hundredths is None:
        return ""
    whole, part = divmod(abs(int(hundredths)), 100)
    shown = f"{whole}" if part == 0 else f"{whole}.{part:02d}".rstrip("0")
    return f"-{shown}" if int(hundredths) < 0 else shown


@register.filter
def class_hours(minutes: int | None) -> str:
    """Minutes as class hours of 45: `90 -> "2"`, `100 -> "2.22"`."""
    return f"{(minutes or 0) / 45:.2f}".rstrip("0").rstrip(".")


@register.filter
def metres(value: float | None) -> str:
    """`600 米` below one kilometre, else `2.1 公里`."""
    if value is None:
        return ""
    words = (
        _("{metres} 米").format(metres=round(value / 10) * 10)
        if value < 1000
        else _("{kilometres:.1f} 公里").format(kilometres=value / 1000)
    )
    return format_html('<span class="nb num">{}</span>', words)


@register.filter
def walk(value: float | None) -> str:
    """Walking minutes for a distance in metres (75 m a minute): `步行 9 分钟`; above 2 km the distance."""
    if value is None:
        return ""
    if value > 2000:
        return metres(value)
    return format_html(
        '<span class="nb num">{}</span>', _("步行 {minutes} 分钟").format(minutes=max(1, round(value / 75)))
    )


@register.filter
def lasting(seconds: int | None) -> str:
    """`75 -> 1 分 15 秒`: how long a video is."""
    if not seconds:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    if not rest:
        words = _("{minutes} 分钟").format(minutes=minutes)
    elif minutes:
        words = _("{minutes} 分 {seconds} 秒").format(minutes=minutes, seconds=rest)
    else:
        words = _("{seconds} 秒").format(seconds=rest)
    return format_html('<span class="nb num">{}</span>', words)


@register.filter
def unlocalized(value: float) -> str:
    """A number as drawings need it: a point and no thousands, in every language."""
    return f"{float(value):g}"


@register.filter
def phone_masked(value: str | None) -> str:
    """`138****0001`: enough to recognise, not enough to call."""
    return "" if not value else f"{value[:3]}****{value[-4:]}"


@register.filter
def percent_of(part: float, whole: float) -> float:
    """`part` as per cent of `whole`, 0..100, one decimal; 0 when the whole is 0."""
    return round(max(0.0, min(1.0, part / whole)) * 100, 1) if whole else 0.0


@register.filter
def subtract(value: int, other: int) -> int:
    """`30|subtract:6 -> 24`."""
    return value - other


@register.simple_tag
def seat_arch(left: int, capacity: int) -> dict[str, Any]:
    """Geometry and words of the seat arch: one stone per seat (or per few seats), taken stones laid from the left.

    Returns kind (open, few, full), stones, taken_stones, and the path of the taken part on a 200 x 112 drawing.
    An arch with a free seat always shows a gap; a full one is closed.
    """
    capacity = max(1, int(capacity or 1))
    left = max(0, min(int(left or 0), capacity))
    stones = min(capacity, STONES_MAX)
    free = 0 if left == 0 else min(stones, max(1, math.floor(left * stones / capacity)))
    if left == capacity:
        free = stones
    taken = stones - free
    angle = math.pi * (1 - taken / stones)
    x, y = round(100 + 80 * math.cos(angle), 2), round(100 - 80 * math.sin(angle), 2)
    kind = "full" if left == 0 else "few" if left <= max(1, min(3, capacity // 5)) else "open"
    return {
        "kind": kind,
        "left": left,
        "capacity": capacity,
        "taken": capacity - left,
        "stones": stones,
        "taken_stones": taken,
        "path": f"M20 100A80 80 0 0 1 {x} {y}",
    }


@register.simple_tag
def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG: black on white in every mode, quiet zone included, geometry by attributes only."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, scale=1, border=2, omitsize=True, dark="#000", light="#fff"
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - segno draws modules; the text itself is not in the output


@register.simple_tag(takes_context=True)
def mode_url(context: template.Context, **choices: str) -> str:
    """This page again with another look: `{% mode_url mode="elder" %}`; after a POST, the home page."""
    request = context.get("request")
    if request is None or request.method != "GET":
        return "/?" + urlencode(choices)
    query = request.GET.copy()
    for name, value in choices.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def kept(context: template.Context, name: str, *address: Any, step: str = "") -> str:
    """What was typed into a field of the form that was refused just now: `{% kept "words" "its_address" its.id %}`.

    step: of forms that share an address, the one that sends this `step`.
    """
    request = context.get("request")
    if request is None:
        return ""
    typed = typed_before(request, reverse(address[0], args=address[1:]))
    return typed.get(name, "") if not step or typed.get("step") == step else ""


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int) -> str:
    """This page's address with `page=number`, all other filters kept."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def tomorrow() -> date:
    """Tomorrow's calendar day in the region."""
    return clock.local_date(clock.now()) + timedelta(days=1)
