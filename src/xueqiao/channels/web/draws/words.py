"""Words of the draw pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.domains.enrolment import api as enrolment

BUCKETS = {
    "newcomer": gettext_lazy("第一次来学"),
    "resident": gettext_lazy("本地居民"),
    "access": gettext_lazy("行动、视力或听力不便"),
    "returning": gettext_lazy("接着往下学"),
}
STATES = {
    "open": gettext_lazy("正在填志愿"),
    "frozen": gettext_lazy("名单已封，等开奖"),
    "drawn": gettext_lazy("已经抽完"),
    "closed": gettext_lazy("已经结束"),
}
DIMENSIONS = {
    "channel": gettext_lazy("怎么报的"),
    "age": gettext_lazy("年龄"),
    "newcomer": gettext_lazy("第一次来学"),
    "size": gettext_lazy("几个人一起"),
    "losses": gettext_lazy("以前落选几次"),
}
CHANNELS = {
    "web": gettext_lazy("网上"),
    "counter": gettext_lazy("窗口"),
    "phone": gettext_lazy("电话"),
    "paper": gettext_lazy("纸质"),
    "api": gettext_lazy("其他平台"),
}


def mark(text: str) -> str:
    """The sixteen characters of a hash given as hexadecimal text."""
    return enrolment.fingerprint(bytes.fromhex(text)) if text else ""


def protocol(view: enrolment.DrawView) -> list[dict[str, Any]]:
    """What is published when, in order. Each step says what it is good for."""
    is_frozen = view.frozen_at is not None
    return [
        {
            "name": _("截止填志愿"),
            "at": view.wishes_close_at,
            "done": is_frozen,
            "text": _("从这时起名单不再增减。早报晚报，机会一样。"),
        },
        {
            "name": _("封名单，公布指纹"),
            "at": view.frozen_at or view.wishes_close_at,
            "done": is_frozen,
            "text": _("名单、规则和平台的封存数都定死了，改一个字指纹就变。"),
            "marks": [(_("名单指纹"), mark(view.list_root)), (_("冻结指纹"), mark(view.freeze_hash))],
        },
        {
            "name": _("公开随机数：{name}").format(name=view.source_name),
            "at": view.source_due_at,
            "done": bool(view.source_value),
            "text": view.source_value or _("现在谁都不知道，由两位工作人员分别照公告填。"),
        },
        {
            "name": _("抽签，公布结果"),
            "at": view.drawn_at or view.source_due_at,
            "done": view.is_drawn,
            "text": _("用名单、公开随机数和封存数算出来，谁来算都一样。"),
            "marks": [(_("结果指纹"), mark(view.result_hash))] if view.is_drawn else [],
        },
    ]


def report_tables(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The fairness report as tables: a group, how many people, how many won, of a hundred."""
    return [
        {
            "caption": words,
            "rows": [
                {
                    "group": _group(dimension, str(cell["group"])),
                    "people": None if cell.get("hidden") else cell["people"],
                    "won": None if cell.get("hidden") else cell["won"],
                    "rate": None if cell.get("hidden") else f"{cell['per_mille'] / 10:.1f}%",
                }
                for cell in report["by"][dimension]
            ],
        }
        for dimension, words in DIMENSIONS.items()
    ]


def _group(dimension: str, group: str) -> str:
    if dimension == "channel":
        return str(CHANNELS.get(group, group))
    if dimension == "newcomer":
        return _("是") if group == "yes" else _("不是")
    if dimension == "age":
        return _("{years} 岁").format(years=group)
    if dimension == "size":
        return _("{count} 人").format(count=group)
    return _("{count} 次").format(count=group)
