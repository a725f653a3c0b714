"""Words of enterprises and their orders."""

from django.utils.translation import gettext_lazy as _

ENTERPRISES = {"applied": _("等核验"), "verified": _("已核验"), "refused": _("没有通过")}
ENTERPRISE_TAGS = {"applied": "warn", "verified": "good", "refused": "bad"}
ORDERS = {
    "asked": _("等报价"),
    "quoted": _("等接受报价"),
    "accepted": _("等付款、开班"),
    "running": _("正在上课"),
    "done": _("上完了"),
    "withdrawn": _("已撤回"),
    "refused": _("没有接"),
}
ORDER_TAGS = {
    "asked": "warn",
    "quoted": "warn",
    "accepted": "info",
    "running": "good",
    "done": "good",
    "withdrawn": "",
    "refused": "bad",
}
SHUT_LISTS = {
    "early": _("接受报价以后，才能写名单。"),
    "begun": _("班已经开课，名单不能再改。"),
    "over": _("订单或班已经结束，名单已经删除。"),
}
LINES = {
    "exact": _("正好"),
    "partial": _("付了一部分"),
    "surplus": _("多付了"),
    "unknown": _("不知道是谁付的"),
}
LINE_STATES = {"counted": _("已入账"), "waiting": _("等人处理"), "assigned": _("已认领"), "returned": _("已退回")}
INVOICE_KINDS = {"plain": _("普通发票"), "special": _("专用发票")}
INVOICES = {"asked": _("等开票"), "issued": _("已开票")}
REFUNDS = {"asked": _("等汇出"), "sent": _("已汇出"), "dropped": _("不退了")}
