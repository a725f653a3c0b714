"""Words of rounds and entries: when what happens, for whom seats are kept, how chances are counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xueqiao.channels.web.templatetags.xueqiao import moment, moment_words
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people

BUCKETS = {
    "newcomer": gettext_lazy("首次学习者"),
    "resident": gettext_lazy("本地居民"),
    "access": gettext_lazy("看、听、走路有困难的人"),
    "returning": gettext_lazy("续读学员"),
}
MODES = {
    "draw": gettext_lazy("抽签"),
    "priority_draw": gettext_lazy("先照顾再抽签"),
    "interview": gettext_lazy("面谈"),
}
STATES = {
    "planned": (gettext_lazy("还没开放"), ""),
    "open": (gettext_lazy("填志愿"), "draw"),
    "frozen": (gettext_lazy("等着抽签"), "info"),
    "drawn": (gettext_lazy("抽完了"), "good"),
    "closed": (gettext_lazy("结束了"), ""),
    "cancelled": (gettext_lazy("取消了"), "bad"),
}
ENTRY_STATES = {
    "entered": (gettext_lazy("志愿已收下"), "draw"),
    "withdrawn": (gettext_lazy("已退出"), ""),
    "excluded": (gettext_lazy("没有进名单"), "bad"),
    "won": (gettext_lazy("抽中了"), "good"),
    "lost": (gettext_lazy("没抽中，候补中"), "warn"),
}
INTERVIEW_STATES = {
    "entered": (gettext_lazy("报名已收下"), "draw"),
    "excluded": (gettext_lazy("没有录取"), "bad"),
    "won": (gettext_lazy("面谈通过，录取了"), "good"),
    "lost": (gettext_lazy("面谈通过，候补中"), "warn"),
}
MEMBER_STATES = {
    "agreed": (gettext_lazy("同意"), "good"),
    "invited": (gettext_lazy("等他回答"), "warn"),
    "declined": (gettext_lazy("不参加"), ""),
    "left": (gettext_lazy("退出了"), ""),
}
DEMANDS = {
    "还没有人填": gettext_lazy("还没有人填"),
    "座位比人多": gettext_lazy("座位比人多"),
    "座位够": gettext_lazy("座位够"),
    "人比座位多": gettext_lazy("人比座位多"),
    "人比座位多得多": gettext_lazy("人比座位多得多"),
}
CHANNELS = {
    "web": gettext_lazy("网上"),
    "counter": gettext_lazy("窗口"),
    "phone": gettext_lazy("电话"),
    "paper": gettext_lazy("纸质"),
    "api": gettext_lazy("其他平台"),
}


def state_of(shown: enrolment.RoundView, now: datetime) -> tuple[Any, str]:
    """The word of a round's state and the look of its tag; an open round before its window says so."""
    if shown.state == "open" and now < shown.wishes_open_at:
        return _("公布中"), "info"
    if shown.state == "open" and now >= shown.wishes_close_at:
        return (_("已截止，面谈中"), "info") if shown.mode == "interview" else (_("已截止，等封名单"), "info")
    if shown.state == "drawn" and shown.mode == "interview":
        return _("结果已公布"), "good"
    return STATES[shown.state]


def is_due(shown: enrolment.RoundView, now: datetime) -> bool:
    """True when the staff has a step to take: the list may be closed, or the public value has fallen."""
    if shown.mode == "interview":
        return False
    return (shown.state == "open" and now >= shown.wishes_close_at) or (
        shown.state == "frozen" and now >= shown.source_due_at
    )


def entry_state(entry: enrolment.EntryView, mode: str) -> tuple[Any, str]:
    """The word of an entry's state, in the words of its round's mode."""
    if mode == "interview":
        return INTERVIEW_STATES.get(entry.state, ENTRY_STATES[entry.state])
    return ENTRY_STATES[entry.state]


def sentences(shown: enrolment.RoundView) -> list[str]:
    """What happens, in three sentences; the first says that the order of coming does not matter."""
    window = {"opens": moment_words(shown.wishes_open_at), "closes": moment_words(shown.wishes_close_at)}
    first = _("早填晚填机会一样：{opens} 到 {closes} 随时填，不比手快。").format(**window)
    if shown.mode == "interview":
        return [
            first,
            _("填好以后约一个面谈时间，老师看合不合适，结果和理由都告诉您。"),
            _("面谈通过才交费，给您 {hours} 小时。").format(hours=shown.offer_hours),
        ]
    drawing = {"due": moment_words(shown.source_due_at), "source": shown.source_name}
    return [
        first,
        _("截止后名单封好公布，{due} 用“{source}”抽签，谁都可以自己再算一遍。").format(**drawing),
        _("抽中的有 {hours} 小时确认、交费；没抽中的按抽签顺序进候补，不用再做什么。").format(hours=shown.offer_hours),
    ]


def dates(shown: enrolment.RoundView) -> list[dict[str, str]]:
    """The windows as rows of a summary list; no moment breaks in the middle of its weekday."""
    rows = [(_("公布"), moment(shown.info_opens_at))]
    if shown.priority_opens_at:
        rows.append(
            (
                _("续读优先"),
                _span(shown.priority_opens_at, shown.wishes_open_at),
            )
        )
    rows.append((_("填志愿"), _span(shown.wishes_open_at, shown.wishes_close_at)))
    rows.append((_("公布结果") if shown.mode == "interview" else _("抽签"), moment(shown.source_due_at)))
    rows.append((_("确认、交费"), _("录取后 {hours} 小时内").format(hours=shown.offer_hours)))
    if shown.leftovers_open_at:
        rows.append((_("剩余座位"), format_html(_("{start} 起先到先得"), start=moment(shown.leftovers_open_at))))
    return [{"label": label, "value": value} for label, value in rows]


def _span(start: datetime, end: datetime) -> str:
    return format_html(_("{start} 到 {end}"), start=moment(start), end=moment(end))


def quotas(run: enrolment.RoundRunView) -> str:
    """For whom seats of a class are kept: 首次学习者 8 座，本地居民 6 座."""
    return _("，").join(_("{who} {seats} 座").format(who=BUCKETS[each.bucket], seats=each.seats) for each in run.quotas)


def chances(shown: enrolment.RoundView) -> list[str]:
    """How the weight of an entry is counted, one sentence for each step of the written rule."""
    rule = shown.weights
    words = [_("每个人先有 {n} 份机会。").format(n=rule.start)]
    if rule.per_loss and rule.losses_max:
        words.append(
            _("同一系列上次没抽中，加 {n} 份，最多算 {most} 次；抽中过就从头算。").format(
                n=rule.per_loss, most=rule.losses_max
            )
        )
    if rule.never_served:
        words.append(_("从没上过课的，加 {n} 份。").format(n=rule.never_served))
    if rule.access:
        words.append(_("登记过看、听、走路有困难，第一志愿又是离家最近的无障碍地点，加 {n} 份。").format(n=rule.access))
    words.append(_("几个人一起报，按其中最少的算；要么都录取，要么都不录取。"))
    return words


def own_chances(shown: enrolment.RoundView, person: people.PersonCard, run_ids: list[int]) -> str:
    """What this person's entry would weigh, in words, before she enters."""
    facts = enrolment.facts_of_person(shown.id, person.id, person.region, run_ids)
    reasons = []
    if facts.losses:
        reasons.append(_("之前没抽中 {n} 次").format(n=facts.losses))
    if facts.is_newcomer:
        reasons.append(_("从没上过课"))
    if facts.has_access_need and facts.wants_nearest_site:
        reasons.append(_("最近的无障碍地点"))
    weight = enrolment.member_weight(facts, shown.weights)
    if not reasons:
        return _("{n} 份").format(n=weight)
    return _("{n} 份（{why}）").format(n=weight, why=_("，").join(reasons))


def members(entry: enrolment.EntryView, may_name: set[int]) -> list[dict[str, Any]]:
    """The people of an entry. Who has not agreed is named in full only to those who act for her."""
    return [
        {
            "person_id": each.person_id,
            "name": each.name if each.state == "agreed" or each.person_id in may_name else people.mask_name(each.name),
            "word": MEMBER_STATES[each.state][0],
            "kind": MEMBER_STATES[each.state][1],
            "state": each.state,
            "is_leader": each.person_id == entry.leader_id,
        }
        for each in entry.members
    ]
