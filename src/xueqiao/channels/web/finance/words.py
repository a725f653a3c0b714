"""Words of money for people who keep books."""

from django.utils.translation import gettext_lazy as _

WAYS = {
    "wechat": _("微信支付"),
    "alipay": _("支付宝"),
    "rehearsal": _("演练（不动真钱）"),
    "counter": _("柜台现金"),
    "transfer": _("对公转账"),
}
DIFFERENCES = {
    "missing_here": _("对方有，我们没有"),
    "missing_there": _("我们有，对方没有"),
    "amount": _("金额不一样"),
    "state": _("一边成功，一边没有"),
    "reference": _("交易号不一样"),
    "double": _("对方列了两次"),
}
HINTS = {
    "missing_here": _("查这笔是不是付给了别的系统；是我们的，请居民凭付款记录来核对。"),
    "missing_there": _("查对方后台；午夜前后付的，次日的账单里会有，到时自己消掉。"),
    "amount": _("两边金额都列在这里，以对方账单为准，查我们这边为什么不同。"),
    "state": _("对方已收我们没记，通常几分钟内会自己补上；还在这里，请查这张账单。"),
    "reference": _("同一订单对应两笔交易，查是不是付了两次。"),
    "double": _("请对方确认是不是多扣了一次；多扣的要退回。"),
}
LINES = {"payment": _("收款"), "refund": _("退款")}
