"""Words of vouchers, concessions and shares."""

from django.utils.translation import gettext_lazy as _

VOUCHERS = {"learning": _("学习券"), "campaign": _("活动券"), "enterprise": _("企业券")}
VOUCHER_HINTS = {
    "learning": _("符合条件的人每年自动有一张"),
    "campaign": _("由工作人员发给具体的人"),
    "enterprise": _("企业出钱，发给它的员工"),
}
SPONSORS = {"government": _("政府"), "market": _("社会捐助、市场")}
CONCESSIONS = {
    "hardship": _("登记的困难家庭"),
    "disability": _("残疾人"),
    "veteran": _("退役军人、优抚对象"),
    "student": _("在校学生"),
}
