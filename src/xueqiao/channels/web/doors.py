"""The doors a member of staff finds in the bar: by duty, so that nobody has to remember an address."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xueqiao.channels.web.gate import actor_of

_OFFICERS = ("county_officer", "city_officer", "province_officer")
_DOORS = (
    (("centre_clerk",), "/centre/", _("工作台")),
    (("teacher",), "/teacher/", _("上课")),
    (("centre_clerk", "county_officer"), "/rounds/staff/", _("抽签报名")),
    (("centre_clerk", *_OFFICERS), "/authority/", _("数字")),
    (_OFFICERS, "/authority/approvals/", _("审批")),
    (_OFFICERS, "/centre/programmes/", _("夜校品牌")),
    (_OFFICERS, "/finance/", _("财务")),
    (_OFFICERS, "/authority/certificates/", _("证书")),
    (("centre_clerk", *_OFFICERS), "/centre/claims/", _("认定")),
    (_OFFICERS, "/authority/rules/", _("规则")),
    (("centre_clerk", *_OFFICERS), "/demand/", _("企业")),
    (("centre_clerk", *_OFFICERS), "/agreements/", _("互认")),
    (_OFFICERS, "/centre/rewards/", _("积分")),
)


def staff_doors(request: HttpRequest) -> list[tuple[str, object]]:
    """Address and words of each door the signed-in member of staff may open; empty for everybody else. No query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    actor = actor_of(request)
    return [(address, words) for roles, address, words in _DOORS if actor.has_role(*roles)]
