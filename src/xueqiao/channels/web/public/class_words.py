"""Rules of a class in the words of its page: when it meets, what it earns, what comes back, by which source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xueqiao.channels.web.templatetags.xueqiao import WEEKDAYS
from xueqiao.domains.classes.api import ClassDetail, SessionView
from xueqiao.foundation.clock import local
from xueqiao.foundation.parameters.api import ParameterValue, declared, parameters_at


@dataclass(frozen=True)
class RuleWords:
    """One rule as people read it, and the document it comes from; unconfirmed defaults are marked as such."""

    text: str
    more: str = ""
    source: str = ""
    is_confirmed: bool = True


def when_words(shown: ClassDetail) -> str:
    """每周三 19:00–20:30 when all meetings agree, else the first one's time with a word that times differ."""
    sessions = [each for each in shown.sessions if each.state != "cancelled"]
    if not sessions:
        return _("还没有排课")
    days = sorted({local(each.starts_at).weekday() for each in sessions})
    if len(sessions) == 1:
        return _clock(sessions[0])
    common = max({_clock(each) for each in sessions}, key=lambda words: sum(_clock(s) == words for s in sessions))
    weekdays = _("、").join(_(WEEKDAYS[day]) for day in days)
    same = all(_clock(each) == common for each in sessions)
    if same and len(days) < 4:
        return _("每{weekdays} {time}").format(weekdays=weekdays, time=common)
    return _("多在 {time}，每次见课表").format(time=common)


def _clock(session: SessionView) -> str:
    return f"{local(session.starts_at):%H:%M}–{local(session.ends_at):%H:%M}"


_PARAMETERS = (
    "learning.completion_share",
    "credits.minutes_per_credit",
    "credits.step_hundredths",
    "enrolment.refund_before_session",
)


def values_in_force(shown: ClassDetail) -> dict[str, ParameterValue]:
    """The numbers these words quote, in force where and when the class begins. One query."""
    names = [name for name in _PARAMETERS if name in declared]
    return parameters_at(names, region=shown.region, on=shown.starts_on, institution_id=shown.card.institution_id)


def credit_words(shown: ClassDetail, values: Mapping[str, ParameterValue]) -> RuleWords:
    """What attending earns, by the values in force."""
    sessions = [each for each in shown.sessions if each.state != "cancelled"]
    share = values.get("learning.completion_share")
    per_credit = values.get("credits.minutes_per_credit")
    step = values.get("credits.step_hundredths")
    if not sessions or share is None or per_credit is None or step is None:
        return RuleWords(_("学完由本单位按规则认定，结果在“我的学分”里看。"))
    needed = -(-len(sessions) * share.value[0] // share.value[1])
    minutes = sum(each.minutes for each in sessions)
    hundredths = minutes * 100 // per_credit.value // step.value * step.value
    text = ngettext(
        "到课满 {needed} 次（共 {total} 次）算结业。", "到课满 {needed} 次（共 {total} 次）算结业。", needed
    ).format(needed=needed, total=len(sessions))
    if hundredths:
        text += _("全勤可存 {credits} 学分。").format(credits=f"{hundredths / 100:g}")
    else:
        text += _("学时会累积，满 {hours:g} 小时换 1 学分。").format(hours=per_credit.value / 60)
    return RuleWords(
        text,
        _("学分存进您的学习账户，以后可以换证书、抵课程。"),
        source=share.source,
        is_confirmed=share.confirmed and per_credit.confirmed,
    )


def refund_words(shown: ClassDetail, values: Mapping[str, ParameterValue]) -> RuleWords:
    """What comes back when somebody leaves, said before anybody pays."""
    if not shown.card.to_pay_fen:
        return RuleWords(_("免费班，不用交钱。去不了请早点退，座位会让给别人。"))
    last = values.get("enrolment.refund_before_session")
    if last is None:
        return RuleWords(_("开课前退，全额退还。"))
    return RuleWords(
        _("开课前退，全额退还。第 {number} 次课开始前退，按没上的次数退。").format(number=last.value),
        _("再往后不退；生病、搬家等特殊情况，或者主办方取消，照样退。钱原路退回。"),
        source=last.source,
        is_confirmed=last.confirmed,
    )
